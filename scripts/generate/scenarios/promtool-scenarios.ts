import { parse } from "yaml";
import { timeScale } from "../../../src/alerting/time-scale.ts";
import type { Addresses } from "../addresses.ts";
import { prometheusRules } from "../prometheus-rules.ts";
import { yamlDocument } from "../yaml-document.ts";
import { promtoolTest } from "./promtool-test.ts";
import { type RuleFile, withWhatTheyRead } from "./rule-file.ts";
import { scenarioTopics, type ScenarioTopic } from "./scenario-topics.ts";

const source = "scripts/generate/scenarios/";

/** Files for `promtool test rules`, by path: scenarios, and the rules of those that are not run on `rules.yml`. */
export function promtoolScenarios(addresses: Addresses): Record<string, string> {
  const files = scenarioTopics.flatMap((topic): [string, string][] => {
    const rules = topicRules(topic, addresses);
    const ruleFile = topic.groups ? `${topic.file}.rules.yml` : "rules.yml";
    const scenarios: [string, string] = [`${topic.file}.yml`, scenarioDocument(topic, rules, ruleFile)];
    return topic.groups ? [scenarios, [ruleFile, yamlDocument(`src/alerting/ for ${topic.file}.yml`, rules)]] : [scenarios];
  });
  return Object.fromEntries(files.map(([name, text]) => [`ops/prometheus/${name}`, text]));
}

/** The rules a topic is run on. */
export function topicRules({ intervalS, groups }: Pick<ScenarioTopic, "intervalS" | "groups">, addresses: Addresses): RuleFile {
  const all = parse(prometheusRules(addresses, timeScale(1, intervalS))) as RuleFile;
  if (groups === undefined) return all;
  const alerts = all.groups.filter(({ name }) => groups.includes(name)).flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined));
  return withWhatTheyRead(new Set(alerts), all);
}

/** A file for `promtool test rules`. */
export function scenarioDocument({ intervalS, scenarios }: Pick<ScenarioTopic, "intervalS" | "scenarios">, rules: RuleFile, ruleFile: string): string {
  return yamlDocument(source, {
    rule_files: [ruleFile],
    evaluation_interval: `${intervalS}s`,
    // Groups are evaluated in no order unless one is given; alerts read what groups before them record.
    group_eval_order: rules.groups.map(({ name }) => name),
    tests: scenarios.map((scenario) => promtoolTest(scenario, intervalS, rules)),
  });
}
