import { linkServiceJob } from "./watch-targets.ts";
import type { TargetState } from "./watch/target-list.ts";
import type { TargetView } from "./views.ts";

/** What is known of the targets. Only link services have the path that is probed. */
export function targetViews(states: readonly TargetState[]): TargetView[] {
  return states.map((state) => ({
    instance: state.instance,
    address: state.target.baseUrl,
    isUp: state.isUp === true,
    reason: state.isUp === null ? "not looked at yet" : state.fault,
    scrapedAtMs: state.scrapedAtMs,
    scrapeMs: state.scrapeDurationMs,
    samples: state.sampleCount,
    version: state.version,
    startedAtMs: state.startedAtMs,
    probes: state.target.job === linkServiceJob ? probesOf(state) : [],
  }));
}

function probesOf({ checks, certificate }: TargetState): TargetView["probes"] {
  const probes = checks.map(({ name, isOk, fault, durationMs }) => ({ name: name as string, isOk, reason: fault, durationMs: durationMs as number | null }));
  if (certificate === null) return probes;
  const isRead = !("fault" in certificate);
  return [
    ...probes,
    { name: "certificate", isOk: isRead, reason: isRead ? `until ${new Date(certificate.notAfterMs).toISOString()}` : certificate.fault, durationMs: null },
  ];
}
