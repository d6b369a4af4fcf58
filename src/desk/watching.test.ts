import { afterEach, beforeEach, expect, test } from "bun:test";
import { temporaryFolder, type TemporaryFolder } from "../../tests/harness/temporary-folder.ts";
import type { AlertDefinition } from "../alerting/alert-definition.ts";
import { timeScale } from "../alerting/time-scale.ts";
import { openDeskStores, type OpenedDeskStores } from "../storage/sqlite/desk/open-desk-stores.ts";
import { labelsOf, type WatchTarget } from "./watch/watch-target.ts";
import { createWatching, type Evaluated, type Watching } from "./watching.ts";

const startMs = 1_800_000_000_000;
const intervalMs = 5_000;
const hourMs = 3_600_000;
const target: WatchTarget = { baseUrl: "http://127.0.0.1:1", job: "link-service", metricsPath: "/prom_metrics", logFile: null, canary: null, token: null };

let folder: TemporaryFolder;
let opened: OpenedDeskStores;
let clock: { wallMs: number; steadyMs: number };
let watching: Watching;

beforeEach(() => {
  folder = temporaryFolder();
  opened = openDeskStores(folder.path, { nowMs: startMs, freshKey: new Uint8Array(32) });
  clock = { wallMs: startMs, steadyMs: 0 };
  watching = createWatching({
    targets: [target],
    known: new Map(),
    scale: timeScale(1, intervalMs / 1_000),
    store: opened.stores.series,
    nowMs: () => clock.wallMs,
    monotonicMs: () => clock.steadyMs,
    onEvent: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
});

afterEach(() => {
  opened.close();
  folder[Symbol.dispose]();
});

/** One look at the target, as the watch loop does it. */
function scrape(isUp: boolean): void {
  const atMs = watching.clockMs();
  watching.recent.append(atMs, "target", [{ labels: { __name__: "up", ...labelsOf(target) }, value: isUp ? 1 : 0 }]);
  const facts = { isUp, fault: null, durationMs: 1, sampleCount: 1, samples: [], version: null, startedAtMs: null };
  watching.targets.recordScrape(target, facts, atMs);
}

function pass(ms: number): void {
  clock = { wallMs: clock.wallMs + ms, steadyMs: clock.steadyMs + ms };
}

/** A look and an evaluation, an interval after the last ones. */
function tick(isUp: boolean): Evaluated {
  pass(intervalMs - 1_000);
  scrape(isUp);
  pass(1_000);
  return watching.evaluate();
}

const down = (): string[] => {
  const definition = watching.rules.alerts.find(({ name }) => name === "LinkServiceDown") as AlertDefinition;
  return [...watching.runner.alertsOf(definition).values()].map(({ state }) => state);
};

test("nothing is judged before the first look, and an outage fires after the time that its rule waits", () => {
  pass(1_000);
  expect(watching.evaluate().isJudged).toBe(false);
  expect(down()).toEqual([]);
  tick(true);
  for (let ticks = 0; ticks < 6; ticks++) tick(false);
  expect(down()).toEqual(["pending"]);
  tick(false);
  expect(down()).toEqual(["firing"]);
});

test("a clock that jumps an hour ahead turns no failed look into an outage: it waits as long as it would have", () => {
  tick(true);
  tick(false);
  clock.wallMs += hourMs;
  pass(1_000);
  const jumped = watching.evaluate();
  expect(jumped.isJudged).toBe(false);
  expect(jumped.unwatchedMs).toBeGreaterThan(hourMs - 2 * intervalMs);
  tick(false);
  expect(down()).toEqual(["pending"]);
  for (let ticks = 0; ticks < 5; ticks++) tick(false);
  expect(down()).toEqual(["firing"]);
});

test("a clock that is set back an hour loses no sample and makes no alert", () => {
  tick(true);
  clock.wallMs -= hourMs;
  for (let ticks = 0; ticks < 20; ticks++) tick(true);
  expect(down()).toEqual([]);
  for (let ticks = 0; ticks < 8; ticks++) tick(false);
  expect(down()).toEqual(["firing"]);
});

test("a machine that slept for an hour forgets what had ended, and does not count the night for what was pending", () => {
  tick(true);
  tick(false);
  clock.wallMs += hourMs;
  tick(true);
  tick(true);
  expect(down()).toEqual([]);
});
