import type { AlertDefinition } from "../alerting/alert-definition.ts";
import { binary, series, sum } from "../alerting/expression.ts";
import { type RuleGroup, ruleGroups } from "../alerting/rules.ts";
import type { TimeScale } from "../alerting/time-scale.ts";
import { chartSignals } from "./chart-signals.ts";

/** Jobs of the programs that the alerts on the alerting itself read. */
const monitoringJobs: ReadonlySet<string> = new Set(["prometheus", "alertmanager"]);
const downAlert = "LinkServiceDown";

/** A probe that fails at every instance: users are not served, whatever the metrics say. */
const unserved = binary(sum(series("probe_success", { job: "link-service-probe" }), ["job", "probe"]), "==", 0);

export interface DeskRules {
  /** What is evaluated, with the recordings of the charts. */
  readonly groups: readonly RuleGroup[];
  /** Alerts that are evaluated. */
  readonly alerts: readonly AlertDefinition[];
  /** Alerts about programs that this desk does not watch. */
  readonly unwatched: readonly AlertDefinition[];
}

/** The rules as this desk evaluates them: it probes, and watches Prometheus and Alertmanager only where there are any. */
export function deskRules(scale: TimeScale, jobs: readonly string[]): DeskRules {
  const isMonitored = jobs.some((job) => monitoringJobs.has(job));
  const [all, charts] = [ruleGroups(scale), { name: "charts", intervalS: scale.intervalS, recordings: chartSignals, alerts: [] }];
  const isWatched = ({ service }: AlertDefinition): boolean => service !== "monitoring" || isMonitored;
  const groups = all.map((group) => ({ ...group, alerts: group.alerts.filter(isWatched).map(withProbes) }));
  return {
    groups: [...groups.filter(({ recordings, alerts }) => recordings.length + alerts.length > 0), charts],
    alerts: groups.flatMap(({ alerts }) => alerts),
    unwatched: all.flatMap(({ alerts }) => alerts.filter((alert) => !isWatched(alert))),
  };
}

function withProbes(alert: AlertDefinition): AlertDefinition {
  return alert.name === downAlert ? { ...alert, condition: binary(alert.condition, "or", unserved) } : alert;
}
