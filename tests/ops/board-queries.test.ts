import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { grafanaBoards } from "../../scripts/generate/grafana/boards.ts";
import { startTraffic, type Traffic } from "../../src/desk/drill/traffic.ts";
import { lockStore } from "../harness/lock-store.ts";
import { fastTime, type SignalChain, startSignalChain } from "../harness/signal-chain.ts";
import { hookTimeoutMs } from "../harness/start-service.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { fillVariables, type VariableValues } from "./fill-variables.ts";
import { panelsOf, targetsOf } from "./find-board-faults.ts";
import { foreignMetrics } from "./known-metrics.ts";
import { labelValues, queryAt, queryRange, type ResultSeries } from "./query-prometheus.ts";

/** Panels that are rightly empty here, and why. */
const emptyHere: Record<string, string> = {
  "golden-signals: Certificate": "the service here has no https address whose certificate could expire",
  "redirects: Against the same hour of other days": "Prometheus here has no day of history to compare with",
};

const stepS = fastTime.intervalS;
const requestsPerSecond = 40;
/** How long the store stays locked at most, and how long until every panel has data, in milliseconds. */
const lockTimeoutMs = 30_000;
const dataTimeoutMs = 60_000;

interface Question {
  readonly panel: string;
  readonly target: Pick<Dataquery, "expr" | "legendFormat" | "instant" | "refId">;
  readonly values: VariableValues;
}

const boards = Object.values(grafanaBoards({ runbooks: "https://desk.example/runbooks" })).map((text) => JSON.parse(text) as Dashboard);
const startedS = Date.now() / 1000;
let chain: SignalChain;
let traffic: Traffic;
/** What Prometheus answered, by panel and query. */
const answers = new Map<string, ResultSeries[]>();
const questions: Question[] = [];

const nameOf = ({ panel, target }: Question): string => `${panel} ${target.refId}`;
const hasSample = (series: readonly ResultSeries[]): boolean => series.some(({ values }) => values.some((value) => !Number.isNaN(value)));
const hasAnswer = (question: Question): boolean => hasSample(answers.get(nameOf(question)) ?? []);
const valuesOf = (question: Question): number[] =>
  (answers.get(nameOf(question)) ?? []).flatMap(({ values }) => values.filter((value) => !Number.isNaN(value)));
const isEmptyHere = ({ panel }: Question): boolean => panel in emptyHere;

/** The values a board offers for its job and instance, all of them chosen. */
async function chooseAll(board: Dashboard): Promise<VariableValues> {
  const chosen: Record<string, string> = {};
  for (const { name, definition = "" } of board.templating.list ?? []) {
    const [, metric = "", label = ""] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
    if (label === "") continue;
    const values = await labelValues(chain.addresses.prometheus, label, fillVariables(metric, { ...unchosen, ...chosen }));
    chosen[name] = `(${values.join("|")})`;
  }
  return { ...unchosen, ...chosen };
}

const unchosen: VariableValues = { job: "", instance: "", rateInterval: "5s", range: "60s" };

/** Asks Prometheus as Grafana would, for everything since the start. */
async function ask({ target, values }: Question): Promise<ResultSeries[]> {
  const address = chain.addresses.prometheus;
  const query = fillVariables(target.expr, values);
  const nowS = Date.now() / 1000;
  return target.instant ? queryAt(address, query, nowS) : queryRange(address, query, { fromS: startedS, toS: nowS, stepS });
}

/** Whether a query has a sample at this moment. */
async function isSo(query: string): Promise<boolean> {
  return hasSample(await queryAt(chain.addresses.prometheus, query, Date.now() / 1000));
}

/** Asks what has no answer yet; whether all but the panels that stay empty have one. */
async function areAllAnswered(): Promise<boolean> {
  for (const question of questions.filter((each) => !hasAnswer(each))) answers.set(nameOf(question), await ask(question));
  return questions.every((question) => hasAnswer(question) || isEmptyHere(question));
}

beforeAll(async () => {
  chain = await startSignalChain(fastTime);
  traffic = startTraffic({ address: chain.addresses.linkService, requestsPerSecond, random: Math.random });
  for (const board of boards) {
    const values = await chooseAll(board);
    const marks = (board.annotations.list ?? []).map(({ name, target }) => ({ panel: `${board.uid}: mark ${name}`, target: target as Dataquery, values }));
    const shown = panelsOf(board).flatMap((panel) => targetsOf(panel).map((target) => ({ panel: `${board.uid}: ${panel.title}`, target, values })));
    questions.push(...shown, ...marks);
  }
}, hookTimeoutMs * 2);

afterAll(async () => {
  await traffic.stop();
  await chain[Symbol.asyncDispose]();
}, hookTimeoutMs);

/** Labels that a legend names and that some series does not have. */
function labelsMissing(legend = "", series: readonly ResultSeries[]): string[] {
  const wanted = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
  return wanted.filter((label) => series.some(({ labels }) => !(label in labels)));
}

describe("under traffic, and after another process locked the store for a while", () => {
  test(
    "every query of every panel, and every mark, returns data from a real Prometheus",
    async () => {
      await waitUntil("redirects are measured", dataTimeoutMs, () => isSo(`sum(srenity_redirects_total{outcome="found"}) > 20`));
      {
        using _ = lockStore(chain.dataFolder);
        await waitUntil("the locked store pages someone", lockTimeoutMs, () => isSo(`ALERTS{alertname="ClicksNotCommitted", alertstate="firing"}`));
      }
      // The wait names nothing that is missing; the comparison does.
      await waitUntil("every panel has data", dataTimeoutMs, areAllAnswered).catch(() => null);
      const empty = questions.filter((question) => !hasAnswer(question) && !isEmptyHere(question)).map(nameOf);
      expect(empty).toEqual([]);
    },
    lockTimeoutMs + 2 * dataTimeoutMs,
  );

  test("but those that are listed as empty, each of which has none", () => {
    const listed = questions.filter(isEmptyHere);
    expect([...new Set(listed.map(({ panel }) => panel))]).toEqual(Object.keys(emptyHere));
    expect(listed.filter(hasAnswer).map(nameOf)).toEqual([]);
  });

  test("what the locked store did is seen where it should be", () => {
    const highestOf = (panel: string): number => Math.max(...questions.filter((each) => each.panel === panel).flatMap((each) => valuesOf(each)));
    const panels = ["golden-signals: Failures by code", "golden-signals: 5xx by route", "golden-signals: Share of failed requests"].concat(
      ["store: Failed operations", "store: Clicks not committed", "store: Spooled clicks", "redirects: Fate of clicks"],
      ["objectives: The API answers: budget spent", "objectives: The API answers: burn rate", "alerting: When alerts fired"],
    );
    expect(panels.filter((panel) => !(highestOf(panel) > 0))).toEqual([]);
  });

  test("every label that a legend names is there", () => {
    const missing = questions.flatMap((question) =>
      labelsMissing(question.target.legendFormat, answers.get(nameOf(question)) ?? []).map((label) => `${nameOf(question)} lacks ${label}`),
    );
    expect(missing).toEqual([]);
  });

  test("every metric of Prometheus and Alertmanager that a board reads exists in them", async () => {
    const names = new Set(await labelValues(chain.addresses.prometheus, "__name__"));
    expect(Object.keys(foreignMetrics).filter((name) => !names.has(name))).toEqual([]);
  });

  test("and a planted query without series, with NaN alone, or with a wrong legend would be found", async () => {
    expect([await isSo("vector(1)"), await isSo(`up{job="nowhere"}`), await isSo("vector(0) / 0")]).toEqual([true, false, false]);
    expect(labelsMissing("{{job}} {{route}}", [{ labels: { job: "link-service" }, values: [1] }])).toEqual(["route"]);
  });
});
