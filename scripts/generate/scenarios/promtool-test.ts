import { promDuration } from "../../../src/alerting/promql.ts";
import { allAlerts } from "../../../src/alerting/rules.ts";
import { promtoolNotation } from "./promtool-notation.ts";
import { findRule, type RuleFile } from "./rule-file.ts";
import type { AlertKey, Moment, Scenario } from "./scenario.ts";
import { holds, samplesOf, selectorOf, signal, type Signal } from "./signal.ts";
import { targets } from "./targets.ts";

/** One test of `promtool test rules`: the series of a scenario, and what must come of them by the rules of a file. */
export function promtoolTest(scenario: Scenario, intervalS: number, rules: RuleFile): object {
  const { name, lastsS, fires, nearMissOf = [], moments = [] } = scenario;
  return {
    name,
    interval: promDuration(intervalS),
    input_series: inputSeries(scenario, intervalS),
    promql_expr_test: [firedTest(fires, lastsS), ...nearMissOf.map((alert) => neverTest(alert, lastsS)), ...moments.map((moment) => momentTest(moment, rules))],
    alert_rule_test: shownTests(moments, rules),
  };
}

/** Everything is up unless the story says otherwise, because alerts on what is absent would fire in every story. */
const background: readonly Signal[] = Object.values(targets).map((target) => signal("up", target, holds(1)));

/** The series of a scenario as promtool loads them. */
export function inputSeries({ signals, lastsS }: Scenario, intervalS: number): { series: string; values: string }[] {
  const told = new Map([...background, ...signals].map((each) => [selectorOf(each), each]));
  return [...told].map(([series, each]) => ({ series, values: promtoolNotation(samplesOf(each, lastsS, intervalS)) }));
}

/** Splits the name of an alert from its severity. */
export function partsOf(alert: AlertKey): [name: string, severity: string] {
  const [name = "", severity = ""] = alert.split("/");
  return [name, severity];
}

function firingSelector(alert: AlertKey): string {
  const [name, severity] = partsOf(alert);
  return `ALERTS{alertname="${name}", severity="${severity}", alertstate="firing"}`;
}

/** Exactly these alerts fired at some time: a set, so that it says what is silent too. */
function firedTest(fires: readonly AlertKey[], lastsS: number): object {
  const sample = (alert: AlertKey): object => {
    const [name, severity] = partsOf(alert);
    return { labels: `{alertname="${name}", severity="${severity}"}`, value: 1 };
  };
  const selector = `ALERTS{alertstate="firing", severity!="heartbeat"}`;
  return {
    expr: `group by (alertname, severity) (last_over_time(${selector}[${promDuration(lastsS)}]))`,
    eval_time: promDuration(lastsS),
    exp_samples: fires.filter((alert) => !alert.endsWith("/heartbeat")).map(sample),
  };
}

function neverTest(alert: AlertKey, lastsS: number): object {
  return { expr: `last_over_time(${firingSelector(alert)}[${promDuration(lastsS)}])`, eval_time: promDuration(lastsS), exp_samples: [] };
}

function momentTest(moment: Moment, rules: RuleFile): object {
  const eval_time = promDuration(moment.atS);
  if (moment.kind === "recorded") {
    return { expr: `round(sum(${moment.query}), 0.0001)`, eval_time, exp_samples: [{ labels: "{}", value: moment.value }] };
  }
  const isSilent = moment.kind === "silent";
  return {
    expr: firingSelector(moment.alert),
    eval_time,
    exp_samples: isSilent ? [] : [{ labels: alertLabels(moment.alert, moment.labels, rules), value: 1 }],
  };
}

/** All labels of a firing alert, so that routes and groups can rely on them. */
function alertLabels(alert: AlertKey, labels: Readonly<Record<string, string>>, rules: RuleFile): string {
  return selectorOf(signal("ALERTS", { alertname: partsOf(alert)[0], alertstate: "firing", ...findRule(rules, alert).labels, ...labels }));
}

/** What an alert's value counts, in the words of its definition. */
function measureOf(alert: AlertKey): string {
  return allAlerts().find(({ name, severity }) => `${name}/${severity}` === alert)?.measure ?? "";
}

/** Compares every annotation of the alerts whose value a scenario knows as text. */
function shownTests(moments: readonly Moment[], rules: RuleFile): object[] {
  return moments.flatMap((moment) => {
    if (moment.kind !== "firing" || moment.value === undefined) return [];
    const { labels, annotations } = findRule(rules, moment.alert);
    const value = `${moment.value} ${measureOf(moment.alert)}`;
    const shown = { exp_labels: { ...labels, ...moment.labels }, exp_annotations: { ...annotations, value } };
    return [{ eval_time: promDuration(moment.atS), alertname: partsOf(moment.alert)[0], exp_alerts: [shown] }];
  });
}
