import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { readAddresses } from "../../scripts/generate/addresses.ts";
import { prometheusConfig } from "../../scripts/generate/prometheus-config.ts";
import { prometheusRules } from "../../scripts/generate/prometheus-rules.ts";
import { promtoolScenarios, scenarioDocument, topicRules } from "../../scripts/generate/scenarios/promtool-scenarios.ts";
import type { AlertKey } from "../../scripts/generate/scenarios/scenario.ts";
import { scenarioTopics } from "../../scripts/generate/scenarios/scenario-topics.ts";
import { foreignMetrics } from "../../src/alerting/monitoring-alerts.ts";
import { allAlerts, ruleGroups } from "../../src/alerting/rules.ts";
import { toPromQl } from "../../src/alerting/promql.ts";
import { promtool, promtoolTimeoutMs, type PromtoolResult } from "../harness/promtool.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { knownMetrics } from "./known-metrics.ts";
import { type LabelMatcher, readPromQl } from "./read-promql.ts";
import { survivingMutants } from "./surviving-mutants.ts";

/** Longest that one test may take, in milliseconds. */
const timeoutMs = promtoolTimeoutMs + 30_000;

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const addresses = readAddresses();
const files: Record<string, string> = {
  "ops/prometheus/rules.yml": prometheusRules(addresses),
  "ops/prometheus/prometheus.yml": prometheusConfig(addresses),
  ...promtoolScenarios(addresses),
};
beforeAll(async () => {
  await Promise.all(Object.entries(files).map(([path, text]) => Bun.write(join(folder.path, basename(path)), text)));
});

const pathOf = (file: string): string => join(folder.path, file);
const keys = allAlerts().map(({ name, severity }): AlertKey => `${name}/${severity}`);
const scenarios = scenarioTopics.flatMap((topic) => topic.scenarios);

/** Lines of a failed run, none of one that succeeded. */
const faultsOf = ({ exitCode, lines }: PromtoolResult): readonly string[] => (exitCode === 0 ? [] : lines);

describe("the rules", () => {
  const ruleFiles = Object.keys(files)
    .map((path) => basename(path))
    .filter((file) => file.endsWith("rules.yml"));

  test("and the configuration are accepted by Prometheus", async () => {
    expect(faultsOf(await promtool("check", "rules", ...ruleFiles.map(pathOf)))).toEqual([]);
    expect(faultsOf(await promtool("check", "config", pathOf("prometheus.yml")))).toEqual([]);
  });

  const expressions = ruleGroups().flatMap(({ recordings, alerts }) => [
    ...recordings.map(({ record, expression }) => ({ rule: record, readings: readPromQl(toPromQl(expression)) })),
    ...alerts.map(({ name, condition }) => ({ rule: name, readings: readPromQl(toPromQl(condition)) })),
  ]);

  test("are PromQL by the grammar of Prometheus' editor", () => {
    expect(expressions.flatMap(({ rule, readings }) => readings.faults.map((fault) => `${rule} ${fault}`))).toEqual([]);
  });

  test("read only metrics, labels and label values that are exposed", () => {
    expect(expressions.flatMap(({ rule, readings }) => readings.selectors.flatMap((each) => unknownIn(each).map((what) => `${rule} ${what}`)))).toEqual([]);
  });

  test("read every foreign metric that is listed, and the list has no other", () => {
    const read = new Set(expressions.flatMap(({ readings }) => readings.selectors.map(({ metric }) => metric)));
    const foreign = [...read].filter((metric) => !/^(srenity_|process_|slo:)/.test(metric));
    expect(foreign.toSorted()).toEqual([...foreignMetrics].toSorted());
  });
});

const known = knownMetrics();

/** What a selector names that nothing exposes. */
function unknownIn({ metric, matchers }: { metric: string; matchers: readonly LabelMatcher[] }): string[] {
  const labels = known.get(metric)?.labels;
  if (!labels) return [`reads ${metric}, which does not exist`];
  return matchers.flatMap(({ label, operator, value }) => {
    const values = label === "job" ? "open" : labels[label];
    if (values === undefined) return [`asks ${metric} for ${label}`];
    const wanted = operator.endsWith("~") ? value.split("|") : [value];
    return values === "open" ? [] : wanted.filter((each) => !values.includes(each)).map((each) => `asks ${metric} for ${label} ${each}`);
  });
}

describe("the scenarios", () => {
  test("fire every alert at least once, and each has a near miss", () => {
    expect(keys.filter((key) => !scenarios.some(({ fires }) => fires.includes(key)))).toEqual([]);
    expect(keys.filter((key) => !scenarios.some(({ nearMissOf = [] }) => nearMissOf.includes(key)))).toEqual([]);
  });

  test("name no alert that does not exist, and none as fired and nearly fired at once", () => {
    const named = scenarios.flatMap(({ fires, nearMissOf = [], moments = [] }) => [
      ...fires,
      ...nearMissOf,
      ...moments.flatMap((moment) => (moment.kind === "recorded" ? [] : [moment.alert])),
    ]);
    expect(named.filter((key) => !keys.includes(key))).toEqual([]);
    expect(scenarios.filter(({ fires, nearMissOf = [] }) => nearMissOf.some((key) => fires.includes(key))).map(({ name }) => name)).toEqual([]);
  });

  test("have names of their own, and ask nothing after their end", () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
    expect(scenarios.filter(({ lastsS, moments = [] }) => moments.some(({ atS }) => atS > lastsS)).map(({ name }) => name)).toEqual([]);
  });

  test("feed only metrics that exist", () => {
    const fed = scenarios.flatMap(({ signals }) => signals.map(({ metric }) => metric));
    expect([...new Set(fed)].filter((metric) => !known.has(metric))).toEqual([]);
  });
});

describe("promtool finds every alert right in", () => {
  let runs: Map<string, Promise<PromtoolResult>>;
  beforeAll(() => {
    runs = new Map(scenarioTopics.map(({ file }) => [file, promtool("test", "rules", pathOf(`${file}.yml`))]));
  });

  test.each(scenarioTopics.map(({ file }) => file))(
    "%s.yml",
    async (file) => {
      expect(faultsOf((await runs.get(file))!)).toEqual([]);
    },
    timeoutMs,
  );
});

/** Changes that no scenario can notice, by the number that `alertMutants` gives them. */
const unnoticeable: Partial<Record<AlertKey, readonly string[]>> = {
  // The heartbeat fires whatever `up` says, so below 0 is as good as 0.
  "Watchdog/heartbeat": ["2. >= 0 becomes -1"],
  // This guard asks whether there was a value an hour ago, not which.
  "DiskFilling/ticket": ["5. > 0 becomes 2000000000", "6. > 0 becomes -2000000000"],
  // Alertmanagers are counted in whole numbers.
  "AlertDeliveryFailing/page": ["6. < 1 becomes 0.666667"],
  // Days are told in steps of 20 minutes.
  "TrafficDropped/page": ["15. for × 0.5", "16. for × 2"],
};

// The four objectives share one function for their alerts; its every limit is tried on the first of them.
const otherObjectives = /^(Api|RedirectLatency)\w*BudgetBurn/;

describe("some scenario fails when a limit is moved, a guard is left out or the wait is changed of", () => {
  test.each(keys.filter((key) => !otherObjectives.test(key)))(
    "%s",
    async (key) => {
      expect(await survivingMutants(key, unnoticeable[key] ?? [], folder.path)).toEqual([]);
    },
    timeoutMs,
  );

  test("a rule file, and promtool names the alert", async () => {
    const topic = { intervalS: 15, groups: ["resources"], scenarios: scenarios.filter(({ nearMissOf }) => nearMissOf?.includes("HighCpu/ticket")) };
    const rules = topicRules(topic, addresses);
    const lowered = stringify(rules).replace("[5m])) > 0.9", "[5m])) > 0.8");
    await Bun.write(pathOf("lowered.rules.yml"), lowered);
    await Bun.write(pathOf("lowered.yml"), scenarioDocument(topic, rules, "lowered.rules.yml"));
    const { exitCode, lines } = await promtool("test", "rules", pathOf("lowered.yml"));
    expect(exitCode).toBe(1);
    expect(lines.join("\n")).toContain("HighCpu");
  });
});
