import type { Labels } from "../evaluate/series-source.ts";

/** One instance that is watched. */
export interface WatchTarget {
  /** Such as `http://127.0.0.1:8080`, without a slash at its end. */
  readonly baseUrl: string;
  /** Label `job` of its series; what probes measure of it has `-probe` behind. */
  readonly job: string;
  /** Where below `baseUrl` its metrics are, such as `/prom_metrics`. */
  readonly metricsPath: string;
  /** Its JSON log, when it is written to a file of this machine. */
  readonly logFile: string | null;
  /** A short path that has to redirect to `location`. */
  readonly canary: { readonly path: string; readonly location: string } | null;
  /** Bearer token for its metrics. */
  readonly token: string | null;
}

/** Label `instance` of a target: host and port, as Prometheus writes it, and the path when it has one. */
export function instanceOf({ baseUrl }: Pick<WatchTarget, "baseUrl">): string {
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  const standardPort = protocol === "https:" ? "443" : "80";
  return `${hostname}:${port === "" ? standardPort : port}${pathname === "/" ? "" : pathname}`;
}

/** Labels of everything that the target itself says. */
export function labelsOf(target: WatchTarget): Labels {
  return { instance: instanceOf(target), job: target.job };
}

/** Labels of what is measured from outside. */
export function probeLabelsOf(target: WatchTarget): Labels {
  return { instance: instanceOf(target), job: `${target.job}-probe` };
}
