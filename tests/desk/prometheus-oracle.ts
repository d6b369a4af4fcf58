import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promDuration, toPromQl } from "../../src/alerting/promql.ts";
import type { RuleGroup } from "../../src/alerting/rules.ts";
import type { TimeScale } from "../../src/alerting/time-scale.ts";
import { type Sample, signature } from "../../src/desk/evaluate/evaluate.ts";
import { alertLabels } from "../../src/desk/evaluate/rule-runner.ts";
import type { Labels } from "../../src/desk/evaluate/series-source.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import type { Scrape } from "./random-watch.ts";

/** Longest that Prometheus may take for one file of tests, in milliseconds. */
const promtoolTimeoutMs = 240_000;
/** Of what Prometheus says otherwise, so many lines are shown, or characters where it is no list of samples. */
const shownLinesMost = 60;
const shownTextMost = 4_000;
/** Recorded values agree when they do in so many digits after the point; sums of many series differ in the last bits by their order. */
export const recordedDigits = 9;

/** What the desk said at one evaluation. */
export interface Verdict {
  /** Number of the evaluation; the first is at 0. */
  readonly evaluation: number;
  /** Pending and firing alerts, as samples of Prometheus' series ALERTS. */
  readonly alerts: readonly Labels[];
  /** Recorded series, where they are asked for. */
  readonly recorded: readonly Sample[] | null;
}

export interface OracleCase {
  readonly name: string;
  readonly targets: readonly (readonly Scrape[])[];
  readonly verdicts: readonly Verdict[];
}

/** Rules as Prometheus reads them. */
function ruleFile(groups: readonly RuleGroup[], scale: TimeScale): string {
  const lasting = (seconds: number): string => promDuration(scale.spanS(seconds));
  return JSON.stringify({
    groups: groups.map(({ name, intervalS, recordings, alerts }) => ({
      name,
      interval: promDuration(intervalS),
      rules: [
        ...recordings.map(({ record, labels, expression }) => ({ record, expr: toPromQl(expression, scale), labels })),
        ...alerts.map((alert) => {
          const { alertname, ...labels } = alertLabels(alert);
          const keeping = alert.keepFiringS > 0 ? { keep_firing_for: lasting(alert.keepFiringS) } : {};
          return { alert: alertname, expr: toPromQl(alert.condition, scale), for: lasting(alert.forS), ...keeping, labels };
        }),
      ],
    })),
  });
}

/** Labels in the notation of series, the metric's name in front. */
function seriesText({ __name__: name = "", ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(", ")}}`;
}

/** Samples of every series in promtool's notation, one place for each tenth of an interval. */
function inputSeries(scrapes: readonly Scrape[]): { series: string; values: string }[] {
  const known = new Map<string, { labels: Labels; values: string[]; next: number; isThere: boolean }>();
  for (const { at, samples } of scrapes) {
    const put = (series: { values: string[]; next: number }, value: string): void => {
      if (at > series.next) series.values.push(`_x${at - series.next}`);
      series.values.push(value);
      series.next = at + 1;
    };
    const given = new Set<string>();
    for (const { labels, value } of samples) {
      const key = signature(labels);
      const series = known.get(key) ?? { labels, values: [], next: 0, isThere: true };
      put(series, String(value));
      series.isThere = true;
      known.set(key, series);
      given.add(key);
    }
    for (const [key, series] of known) {
      if (given.has(key) || !series.isThere) continue;
      put(series, "stale");
      series.isThere = false;
    }
  }
  return [...known.values()].map(({ labels, values }) => ({ series: seriesText(labels), values: values.join(" ") }));
}

/** A quantile of nothing is not a number to Prometheus, and no sample to the desk: comparing drops it. */
const recordedQuery = `round(label_replace({__name__=~".+:.+"}, "recorded", "$1", "__name__", "(.+)"), 1e-${recordedDigits}) > -1e300`;

/** A value rounded as the query does it, to the last bit. */
function rounded(value: number): number {
  const inverse = 1 / Number(`1e-${recordedDigits}`);
  return Math.floor(value * inverse + 0.5) / inverse;
}

function expectations({ verdicts }: OracleCase, intervalS: number): object[] {
  return verdicts.flatMap(({ evaluation, alerts, recorded }) => {
    const eval_time = promDuration(evaluation * intervalS);
    const firing = alerts.map((labels) => ({ labels: seriesText({ ...labels, __name__: "ALERTS" }), value: 1 }));
    const tests: object[] = [{ expr: "ALERTS", eval_time, exp_samples: firing }];
    if (recorded === null) return tests;
    const samples = recorded.map(({ labels: { __name__: name = "", ...labels }, value }) => ({
      labels: seriesText({ ...labels, recorded: name }),
      value: rounded(value),
    }));
    return [...tests, { expr: recordedQuery, eval_time, exp_samples: samples }];
  });
}

/** What a real Prometheus says otherwise than the desk, in its words; empty when it agrees. */
export async function askPrometheus(cases: readonly OracleCase[], groups: readonly RuleGroup[], scale: TimeScale): Promise<string> {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "rules.json"), ruleFile(groups, scale));
  const tests = cases.map((each) => ({
    name: each.name,
    interval: promDuration(scale.intervalS / 10),
    input_series: each.targets.flatMap(inputSeries),
    promql_expr_test: expectations(each, scale.intervalS),
  }));
  const file = { rule_files: ["rules.json"], evaluation_interval: promDuration(scale.intervalS), group_eval_order: groups.map(({ name }) => name), tests };
  writeFileSync(join(folder.path, "tests.json"), JSON.stringify(file));
  const promtool = Bun.spawn(["promtool", "test", "rules", "tests.json"], { cwd: folder.path, stdout: "pipe", stderr: "pipe", timeout: promtoolTimeoutMs });
  const [said, errors, status] = await Promise.all([new Response(promtool.stdout).text(), new Response(promtool.stderr).text(), promtool.exited]);
  return status === 0 ? "" : differences(`${said}${errors}`, status);
}

/** What only one of both said, in place of promtool's lists of all they said. */
function differences(said: string, status: number): string {
  const listed = (text: string): string[] => text.split(/(?<=E[+-]\d\d), /);
  const found = [...said.matchAll(/expr: (.*), time: (.*),\s+exp: (.*)\s+got: (.*)/g)].flatMap(([, expression = "", time = "", expected = "", got = ""]) => {
    const [desk, prometheus] = [new Set(listed(expected)), new Set(listed(got))];
    const only = (own: Set<string>, other: Set<string>): string[] => [...own].filter((sample) => !other.has(sample)).toSorted();
    return [
      `${time} ${expression.slice(0, 10)}`,
      ...only(desk, prometheus).map((sample) => `  desk:       ${sample}`),
      ...only(prometheus, desk).map((sample) => `  Prometheus: ${sample}`),
    ];
  });
  return [`exit status ${status}`, ...(found.length > 0 ? found.slice(0, shownLinesMost) : [said.slice(0, shownTextMost)])].join("\n");
}
