import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { hookTimeoutMs } from "../harness/start-service.ts";
import { queryAt } from "./query-prometheus.ts";
import { readPromQl } from "./read-promql.ts";
import { type RunbookBlock, parseRunbook } from "./runbook.ts";
import { changesOf } from "./runbook-changes.ts";
import { type RunbookStage, startRunbookStage } from "./runbook-stage.ts";
import { readSourceFiles } from "./source-file.ts";

/** Longest that the blocks of one runbook, or one change and its proof, may take, in milliseconds. */
const runbookTimeoutMs = 60_000;

const runbooks = readSourceFiles("ops/runbooks/*.md").map(({ path, text }) => parseRunbook(path, text));
const blocks = runbooks.flatMap((runbook) => runbook.blocks);

let stage: RunbookStage;
beforeAll(async () => {
  stage = await startRunbookStage();
}, hookTimeoutMs * 2);
afterAll(() => stage?.[Symbol.asyncDispose](), hookTimeoutMs);

/** What is wrong with a block that only reads, when it is pasted. */
async function faultOf({ section, text }: RunbookBlock): Promise<string | null> {
  const { status, output, errors } = await stage.run(text);
  if (status === 0 && output.trim() !== "") return null;
  return `${section}: status ${status}, ${output.trim() === "" ? "prints nothing" : "prints"}\n${text}${output}${errors}`;
}

describe("pasted into bash beside a real service, Prometheus and Alertmanager, every block that says it only reads answers", () => {
  test.each(runbooks.map(({ title, blocks: own }) => [title, own.filter(({ isChanging }) => !isChanging)] as const))(
    "in %s",
    async (_title, own) => {
      expect((await Promise.all(own.map(faultOf))).filter((fault) => fault !== null)).toEqual([]);
    },
    runbookTimeoutMs,
  );
});

test(
  "every query of the runbooks is PromQL, and Prometheus has every series it reads",
  async () => {
    const queries = blocks.flatMap(({ text }) => [...text.matchAll(/promtool query instant \S+ '([^']*)'/g)].map(([, query = ""]) => query));
    expect(queries.length).toBeGreaterThan(50);
    const readings = queries.map(readPromQl);
    expect(readings.flatMap(({ faults }) => faults)).toEqual([]);
    const metrics = [...new Set(readings.flatMap(({ selectors }) => selectors.map(({ metric }) => metric)))];
    const missing = await Promise.all(
      metrics.map(async (metric) => ((await queryAt(stage.addresses.prometheus, metric, Date.now() / 1_000)).length > 0 ? [] : [metric])),
    );
    expect(missing.flat()).toEqual([]);
  },
  runbookTimeoutMs,
);

/** Distinct blocks that change something; the same restart is in several runbooks. */
const changes = [...new Set(blocks.filter(({ isChanging }) => isChanging).map(({ text }) => text))];

describe("pasted into bash, every block that says it changes something does", () => {
  test("and each is among those that are run here", () => {
    const named = changesOf.map(({ contains }) => changes.filter((text) => text.includes(contains)).length);
    expect(named).toEqual(changesOf.map(() => 1));
    expect(changes.length).toBe(changesOf.length);
  });

  test.each(changesOf)(
    "$promise",
    async ({ contains, prove }) => {
      const text = changes.find((candidate) => candidate.includes(contains)) ?? "";
      await prove(stage, async (more) => {
        const { status, output, errors } = await stage.run(text, { DATA: stage.spare.folder, LOG: stage.spare.log, ...more });
        expect({ status, errors: status === 0 ? "" : errors }).toEqual({ status: 0, errors: "" });
        return output;
      });
    },
    runbookTimeoutMs,
  );
});
