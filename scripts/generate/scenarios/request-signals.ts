import { signal, type Signal, type Stretch } from "./signal.ts";
import { targets } from "./targets.ts";

/** Requests of one kind for a while. */
export interface Traffic {
  readonly lastsS?: number;
  /** Requests a second. */
  readonly perS: number;
  /** Share of them that ends in 5xx. */
  readonly failing?: number;
  /** Share of the others that takes longer than their objective allows. */
  readonly slow?: number;
  /** The service was restarted just before: its counters start again. */
  readonly isRestarted?: true;
  /** Not scraped. */
  readonly isGone?: true;
}

interface RequestKind {
  readonly labels: Readonly<Record<string, string>>;
  readonly goodClass: string;
  /** Bucket at the limit of the latency objective. */
  readonly limit: string;
}

const instance = targets.linkService;
const durations = "srenity_http_request_duration_seconds";

/** The service's histogram of one kind of request, as its traffic goes. */
function requestSignals({ labels, goodClass, limit }: RequestKind, phases: readonly Traffic[]): Signal[] {
  const series = (metric: string, statusClass: string, share: (phase: Traffic) => number, more: Record<string, string> = {}): Signal =>
    signal(`${durations}_${metric}`, { ...instance, ...labels, status_class: statusClass, ...more }, ...phases.map((phase) => stretchOf(phase, share(phase))));
  const failed = ({ failing = 0 }: Traffic): number => failing;
  const answered = ({ failing = 0 }: Traffic): number => 1 - failing;
  const quick = ({ failing = 0, slow = 0 }: Traffic): number => (1 - failing) * (1 - slow);
  return [
    series("count", goodClass, answered),
    series("count", "5xx", failed),
    series("bucket", goodClass, quick, { le: limit }),
    series("bucket", "5xx", failed, { le: limit }),
  ];
}

function stretchOf({ lastsS = Infinity, perS, isRestarted, isGone }: Traffic, share: number): Stretch {
  return { lastsS, perS: perS * share, ...(isRestarted ? { startsAt: 0 } : {}), ...(isGone ? { isGone } : {}) };
}

export const redirectTraffic = (...phases: Traffic[]): Signal[] =>
  requestSignals({ labels: { method: "GET", route: "/:code" }, goodClass: "3xx", limit: "0.025" }, phases);
export const apiTraffic = (...phases: Traffic[]): Signal[] =>
  requestSignals({ labels: { method: "POST", route: "/urls" }, goodClass: "2xx", limit: "0.25" }, phases);
/** What orchestrators ask; it is no user's request. */
export const probeTraffic = (...phases: Traffic[]): Signal[] =>
  requestSignals({ labels: { method: "GET", route: "/ready" }, goodClass: "2xx", limit: "0.025" }, phases);
