import type { AlertDefinition } from "./alert-definition.ts";
import { burnAlertsOf, recordingsOf, type Recording } from "./burn-rate.ts";
import { monitoringAlerts } from "./monitoring-alerts.ts";
import { objectives } from "./objectives.ts";
import { resourceAlerts } from "./resource-alerts.ts";
import { serviceAlerts } from "./service-alerts.ts";
import { realTime, type TimeScale } from "./time-scale.ts";

/** Rules that are evaluated together and in order, so that alerts see the recordings of the same moment. */
export interface RuleGroup {
  readonly name: string;
  /** Time between two evaluations, in seconds. */
  readonly intervalS: number;
  readonly recordings: readonly Recording[];
  readonly alerts: readonly AlertDefinition[];
}

/** Time between two evaluations of what moves slowly, in seconds. */
const seldomIntervalS = 60;

/** All rules: the one definition behind Prometheus' rule file and the desk's evaluator. */
export function ruleGroups(scale: TimeScale = realTime): RuleGroup[] {
  const { intervalS } = scale;
  const groups = objectives.flatMap((objective): RuleGroup[] => {
    const recordings = recordingsOf(objective, scale);
    const alerts = burnAlertsOf(objective, scale);
    const part = (isSeldom: boolean): Pick<RuleGroup, "recordings" | "alerts"> => ({
      recordings: recordings.filter((recording) => recording.isSeldom === isSeldom),
      alerts: alerts.filter(({ severity }) => (severity === "ticket") === isSeldom),
    });
    return [
      { name: objective.name, intervalS, ...part(false) },
      { name: `${objective.name}-budget`, intervalS: Math.max(scale.spanS(seldomIntervalS), intervalS), ...part(true) },
    ];
  });
  const plain = (name: string, alerts: readonly AlertDefinition[]): RuleGroup => ({ name, intervalS, recordings: [], alerts });
  return [...groups, plain("service", serviceAlerts), plain("resources", resourceAlerts), plain("monitoring", monitoringAlerts)];
}

/** Every alert, as the definitions give it. */
export function allAlerts(): AlertDefinition[] {
  return ruleGroups().flatMap(({ alerts }) => alerts);
}
