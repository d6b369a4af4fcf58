import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readAddresses } from "../../scripts/generate/addresses.ts";
import { prometheusRules } from "../../scripts/generate/prometheus-rules.ts";
import { inputSeries, partsOf } from "../../scripts/generate/scenarios/promtool-test.ts";
import { type Rule, type RuleFile, withWhatTheyRead } from "../../scripts/generate/scenarios/rule-file.ts";
import type { AlertKey, Scenario } from "../../scripts/generate/scenarios/scenario.ts";
import { type ScenarioTopic, scenarioTopics } from "../../scripts/generate/scenarios/scenario-topics.ts";
import { promDuration, toPromQl } from "../../src/alerting/promql.ts";
import { ruleGroups } from "../../src/alerting/rules.ts";
import { realTime, timeScale } from "../../src/alerting/time-scale.ts";
import { promtool } from "../harness/promtool.ts";
import { type AlertMutant, alertMutants } from "./alert-mutants.ts";

/**
 * Changes to an alert's definition that no scenario about it notices; empty when the scenarios guard all of it.
 *
 * @param except changes that are not tried
 * @param folder where files for promtool are written
 */
export async function survivingMutants(alert: AlertKey, except: readonly string[], folder: string): Promise<string[]> {
  let left = changesOf(alert).filter((change) => !except.includes(change));
  for (const stories of batches(storiesAbout(alert))) {
    const topics = Map.groupBy(stories, ({ topic }) => topic);
    const files = [...topics].map(([topic, told]) => writeTopic({ ...topic, scenarios: told.map(({ scenario }) => scenario) }, { alert, left, folder }));
    const { lines } = await promtool("test", "rules", ...(await Promise.all(files)));
    if (!lines.some((line) => line.startsWith("Unit Testing"))) throw new Error(lines.join("\n"));
    const noticed = new Set(lines.flatMap((line) => [...line.matchAll(/mutant_(\d+)/g)].map(([, index]) => left[Number(index)])));
    left = left.filter((change) => !noticed.has(change));
    if (left.length === 0) break;
  }
  return left.map((change) => `${alert}: ${change}`);
}

interface Story {
  readonly topic: ScenarioTopic;
  readonly scenario: Scenario;
  readonly evaluations: number;
}

/** Scenarios in which an alert fires or nearly does, quick ones first. */
function storiesAbout(alert: AlertKey): Story[] {
  const all = scenarioTopics.flatMap((topic) => topic.scenarios.map((scenario) => ({ topic, scenario, evaluations: scenario.lastsS / topic.intervalS })));
  return all.filter(({ scenario }) => isAbout(scenario, alert)).toSorted((a, b) => a.evaluations - b.evaluations);
}

/** Evaluations that are worth a run of their own: what it notices need not be run again. */
const batchEvaluations = 300;

function batches(stories: readonly Story[]): Story[][] {
  const found: Story[][] = [];
  let evaluations = Infinity;
  for (const story of stories) {
    evaluations += story.evaluations;
    if (evaluations > batchEvaluations) {
      found.push([]);
      evaluations = story.evaluations;
    }
    found.at(-1)?.push(story);
  }
  return found;
}

const isAbout = ({ fires, nearMissOf = [] }: Scenario, alert: AlertKey): boolean => fires.includes(alert) || nearMissOf.includes(alert);

const changesOf = (alert: AlertKey): string[] => mutantsOf(alert, realTime.intervalS).map(({ change }) => change);

function mutantsOf(alert: AlertKey, intervalS: number): AlertMutant[] {
  const [name, severity] = partsOf(alert);
  const definition = ruleGroups(timeScale(1, intervalS))
    .flatMap(({ alerts }) => alerts)
    .find((each) => each.name === name && each.severity === severity);
  return definition ? alertMutants(definition) : [];
}

interface Place {
  readonly alert: AlertKey;
  /** Changes that are tried. */
  readonly left: readonly string[];
  readonly folder: string;
}

/** Writes a topic's scenarios with every mutant in the place of the alert, so that one run tells which of them behave like it. */
async function writeTopic({ file, intervalS, scenarios }: ScenarioTopic, { alert, left, folder }: Place): Promise<string> {
  const all = parse(prometheusRules(readAddresses(), timeScale(1, intervalS))) as RuleFile;
  const definitions = mutantsOf(alert, intervalS);
  const mutants = left.map((change, index) =>
    mutantRule(
      definitions.find((mutant) => mutant.change === change),
      index,
      intervalS,
    ),
  );
  const isOriginal = (rule: Rule): boolean => `${rule.alert}/${rule.labels["severity"]}` === alert;
  const groups = all.groups.map((group) => ({ ...group, rules: group.rules.flatMap((rule) => (isOriginal(rule) ? mutants : [rule])) }));
  const rules = withWhatTheyRead(new Set(mutants), { groups });
  const name = `${file}-${alert.replace("/", "-")}`;
  await Bun.write(join(folder, `${name}.rules.yml`), stringify(rules));
  const path = join(folder, `${name}.yml`);
  const tests = scenarios.map((scenario) => mutantTest(scenario, alert, { intervalS, count: mutants.length }));
  const order = rules.groups.map((group) => group.name);
  await Bun.write(path, stringify({ rule_files: [`${name}.rules.yml`], evaluation_interval: `${intervalS}s`, group_eval_order: order, tests }));
  return path;
}

function mutantRule(mutant: AlertMutant | undefined, index: number, intervalS: number): Rule & object {
  if (!mutant) throw new RangeError(`the change ${index} is not one at ${intervalS} s`);
  const { condition, severity, forS, keepFiringS } = mutant.definition;
  const keep = keepFiringS > 0 ? { keep_firing_for: promDuration(keepFiringS) } : {};
  return { alert: `mutant_${index}`, expr: toPromQl(condition, timeScale(1, intervalS)), for: promDuration(forS), ...keep, labels: { severity } };
}

/** What the scenario says of the alert, said of each mutant. */
function mutantTest(scenario: Scenario, alert: AlertKey, { intervalS, count }: { intervalS: number; count: number }): object {
  const { name, lastsS, fires, moments = [] } = scenario;
  const says = [
    { atS: lastsS, fires: fires.includes(alert), over: `[${promDuration(lastsS)}]` },
    ...moments.flatMap((moment) =>
      moment.kind !== "recorded" && moment.alert === alert ? [{ atS: moment.atS, fires: moment.kind === "firing", over: "" }] : [],
    ),
  ];
  const tests = Array.from({ length: count }, (_, index) =>
    says.map(({ atS, fires: isFiring, over }) => {
      const selector = `ALERTS{alertname="mutant_${index}", alertstate="firing"}`;
      const expr = `group(${over ? `last_over_time(${selector}${over})` : selector})`;
      return { expr, eval_time: promDuration(atS), exp_samples: isFiring ? [{ labels: "{}", value: 1 }] : [] };
    }),
  );
  return { name, interval: promDuration(intervalS), input_series: inputSeries(scenario, intervalS), promql_expr_test: tests.flat() };
}
