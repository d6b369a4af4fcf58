import { expect, test } from "bun:test";
import { createLog } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createRecentLatency } from "./recent.ts";
import { createSignals, type RequestFacts } from "./signals.ts";
import type { SpanRecorder } from "./span-recorder.ts";

const facts: RequestFacts = {
  method: "GET",
  route: "/:code",
  path: "/abc123",
  status: 302,
  durationMs: 2,
  bytes: 0,
  requestId: "r1",
  trace: { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", parentSpanId: null, isSampled: false, storeCalls: null },
  clientAddress: null,
  userAgent: null,
};

function createScene(spans: SpanRecorder | null = null) {
  const lines: string[] = [];
  const scene = { nowMs: 1_000, wallMs: 0 };
  const metrics = createMetrics({ version: "1", runtime: "bun", startedAtMs: 0 });
  const recent = createRecentLatency();
  const log = createLog({ level: "debug", sink: { write: (line) => lines.push(line) }, nowMs: () => 0 });
  const signals = createSignals({ metrics, log, recent, spans, nowMs: () => scene.wallMs, monotonicMs: () => scene.nowMs });
  const shown = async (): Promise<string[]> => (await metrics.renderMetrics(null)).text.split("\n");
  return { scene, signals, metrics, recent, shown, logged: () => lines.map((line) => JSON.parse(line)) };
}

test("a redirect is counted, timed and logged once", async () => {
  const { signals, recent, shown, logged } = createScene();
  signals.requestStarted(null);
  expect(await shown()).toContain("srenity_http_requests_in_flight 1");
  signals.redirectAnswered(facts, "found", "hit");
  const metrics = await shown();
  expect(metrics).toContain('srenity_redirects_total{outcome="found"} 1');
  expect(metrics).toContain('srenity_cache_lookups_total{result="hit"} 1');
  expect(metrics).toContain("srenity_http_requests_in_flight 0");
  expect(metrics).toContain('srenity_http_request_duration_seconds_count{method="GET",route="/:code",status_class="3xx"} 1');
  expect(metrics).toContain('srenity_http_request_duration_seconds_sum{method="GET",route="/:code",status_class="3xx"} 0.002');
  expect(recent.summary(1_000).count).toBe(1);
  expect(logged()).toMatchObject([{ level: "info", status: 302, outcome: "found", cache: "hit" }]);
  expect([signals.totalRequests(), signals.errorCount()]).toEqual([1, 0]);
});

test("the level of a request follows its status", () => {
  const { signals, logged } = createScene();
  const answer = (status: number, level?: "debug"): void => signals.requestAnswered({ ...facts, status, ...(level ? { level } : {}) });
  for (const status of [200, 302, 404, 410, 422, 429, 500, 503]) answer(status);
  answer(200, "debug");
  answer(503, "debug");
  expect(logged().map((line) => line.level)).toEqual(["info", "info", "info", "info", "warn", "warn", "error", "error", "debug", "warn"]);
  expect([signals.totalRequests(), signals.errorCount()]).toEqual([10, 3]);
});

test("a refusal before the cache was asked counts no lookup", async () => {
  const { signals, shown } = createScene();
  signals.redirectAnswered({ ...facts, status: 503, errorCode: "store_full" }, "refused", null);
  const metrics = await shown();
  expect(metrics).toContain('srenity_redirects_total{outcome="refused"} 1');
  expect(metrics.filter((line) => line.startsWith("srenity_cache_lookups_total") && !line.endsWith(" 0"))).toEqual([]);
});

test("clicks are counted from commit to loss, and an outage of their store is logged at its two ends", async () => {
  const { scene, signals, shown, logged } = createScene();
  signals.clicksCommitted(40, 3, 1.5);
  for (let i = 0; i < 50; i++) signals.clickStoreFailed("store_busy");
  signals.clicksSpooled(7);
  signals.clicksHeld(7);
  signals.clicksLost(2);
  signals.rollupMeasured(12);
  scene.nowMs += 3_000;
  signals.clickStoreRecovered(7);
  const metrics = await shown();
  for (const line of [
    "srenity_clicks_committed_total 40",
    "srenity_bot_clicks_total 3",
    'srenity_click_batch_size_bucket{le="50.5"} 1',
    "srenity_click_commit_duration_seconds_sum 0.0015",
    'srenity_store_errors_total{code="store_busy"} 0', // the store says its errors itself; counted here as well, each would count twice
    "srenity_clicks_spooled_total 7",
    "srenity_clicks_held 7",
    "srenity_clicks_lost_total 2",
    "srenity_rollup_lag_clicks 12",
  ]) {
    expect(metrics).toContain(line);
  }
  expect(logged()).toMatchObject([
    { level: "error", error_code: "store_busy" },
    { level: "error", count: 2, msg: "clicks lost" },
    { level: "info", replayed: 7, outage_ms: 3000 },
  ]);
});

test("a failing store is counted each time and logged once a second, with how many lines were held back", async () => {
  const { scene, signals, shown, logged } = createScene();
  for (let i = 0; i < 10; i++) signals.storeFailed("links.find", "store_busy", new Error("locked"));
  signals.storeFailed("links.find", "store_full", new Error("full"));
  scene.nowMs += 1_000;
  signals.storeFailed("links.find", "store_busy", new Error("locked"));
  expect(await shown()).toContain('srenity_store_errors_total{code="store_busy"} 11');
  expect(logged()).toMatchObject([
    { error_code: "store_busy", held_back: 0, error: { message: "locked" } },
    { error_code: "store_full", held_back: 0 },
    { error_code: "store_busy", held_back: 9 },
  ]);
});

test("links, operations, caches, files, disk and log losses are measured", async () => {
  const { signals, shown } = createScene();
  signals.linkCreated("created");
  signals.linkCreated("duplicate");
  signals.linkCreated("duplicate");
  signals.storeAnswered("links.create", 3);
  signals.cacheSized("links", 10);
  signals.cacheSized("unknown_codes", 4);
  signals.storeFileMeasured("wal", 4096);
  signals.diskMeasured(1e9);
  signals.logLinesDropped(5);
  const metrics = await shown();
  for (const line of [
    'srenity_links_created_total{result="created"} 1',
    'srenity_links_created_total{result="duplicate"} 2',
    'srenity_store_operation_duration_seconds_sum{operation="links.create"} 0.003',
    'srenity_cache_entries{cache="links"} 10',
    'srenity_cache_entries{cache="unknown_codes"} 4',
    'srenity_store_file_bytes{file="wal"} 4096',
    "srenity_disk_free_bytes 1000000000",
    "srenity_log_lines_dropped_total 5",
  ]) {
    expect(metrics).toContain(line);
  }
});

test("an unhandled error is counted and logged with its request and stack, whatever was thrown", async () => {
  const { scene, signals, shown, logged } = createScene();
  for (const thrown of [new TypeError("bad"), "text", undefined, null]) {
    signals.unhandled(thrown, { requestId: "r9", trace: facts.trace });
    scene.nowMs += 1_000;
  }
  expect(await shown()).toContain("srenity_unhandled_errors_total 4");
  expect(logged()[0]).toMatchObject({
    level: "error",
    request_id: "r9",
    trace_id: facts.trace.traceId,
    span_id: facts.trace.spanId,
    error: { type: "TypeError", message: "bad", stack: expect.stringContaining("signals.test.ts") },
  });
  expect(logged()).toHaveLength(4);
});

test("start, stop and the return of the log are logged", () => {
  const { signals, logged } = createScene();
  signals.started({ port: 8080 });
  signals.stopping("SIGTERM");
  signals.stopped({ drained: true });
  signals.logRecovered(12);
  expect(logged()).toMatchObject([
    { msg: "started", port: 8080 },
    { msg: "stopping", reason: "SIGTERM" },
    { msg: "stopped", drained: true },
    { level: "warn", dropped: 12 },
  ]);
});

test("an error or a failing store that no request alone met is logged without ids", () => {
  const { signals, logged } = createScene();
  signals.unhandled(new Error("of a timer"));
  signals.storeFailed("clicks.commit", "store_full", new Error("full"));
  signals.clickStoreFailed("store_full");
  for (const line of logged()) for (const id of ["request_id", "trace_id", "span_id"]) expect(line).not.toHaveProperty(id);
  expect(logged()).toHaveLength(3);
});

test("a refusal is counted by its code, a redirect by none", async () => {
  const { signals, shown } = createScene();
  signals.redirectAnswered(facts, "found", "hit");
  signals.redirectAnswered({ ...facts, status: 404, errorCode: "url_not_found" }, "not_found", "miss");
  signals.requestAnswered({ ...facts, status: 422, errorCode: "field_invalid" });
  signals.requestAnswered({ ...facts, status: 422, errorCode: "field_invalid" });
  const counted = (await shown()).filter((line) => line.startsWith("srenity_http_refusals_total") && !line.endsWith(" 0"));
  expect(counted).toEqual(['srenity_http_refusals_total{code="url_not_found"} 1', 'srenity_http_refusals_total{code="field_invalid"} 2']);
});

/** The exemplars of the exposition: the limit of their bucket, trace, value and time. */
async function exemplarsOf(metrics: Metrics): Promise<string[][]> {
  const { text } = await metrics.renderMetrics("application/openmetrics-text");
  return [...text.matchAll(/le="([^"]+)".* \d+ # \{trace_id="(\w+)"\} (\S+) (\S+)$/gm)].map(([, ...found]) => found);
}

test("each bucket shows the trace of a request of the last second, its duration and its time, in OpenMetrics only", async () => {
  const { scene, signals, metrics, shown } = createScene();
  const answer = (traceId: string, durationMs: number): void => signals.requestAnswered({ ...facts, durationMs, trace: { ...facts.trace, traceId } });
  scene.wallMs = 1_700_000_000_250;
  answer("a".repeat(32), 2);
  answer("b".repeat(32), 2.1);
  answer("c".repeat(32), 9_000);
  expect(await exemplarsOf(metrics)).toEqual([
    ["0.0025", "a".repeat(32), "0.002", "1700000000.25"],
    ["+Inf", "c".repeat(32), "9", "1700000000.25"],
  ]);
  scene.nowMs += 1_000;
  scene.wallMs += 1_000;
  answer("d".repeat(32), 1.5);
  expect((await exemplarsOf(metrics))[0]).toEqual(["0.0025", "d".repeat(32), "0.0015", "1700000001.25"]);
  expect((await shown()).join("\n")).not.toContain("trace_id");
});

test("where spans are exported, sampled requests are recorded once and only they become exemplars", async () => {
  const recorded: unknown[][] = [];
  const spans: SpanRecorder = { sampler: () => true, record: (...call) => void recorded.push(call), stop: async () => {} };
  const { signals, metrics } = createScene(spans);
  const unsampled = signals.requestStarted(`00-${"a".repeat(32)}-${"b".repeat(16)}-00`);
  const begun = signals.requestStarted(null);
  expect([unsampled.storeCalls, begun.storeCalls]).toEqual([null, []]);
  signals.requestAnswered({ ...facts, trace: unsampled });
  const redirect = { ...facts, durationMs: 40, trace: begun };
  signals.redirectAnswered(redirect, "found", "miss");
  expect(recorded).toEqual([[redirect, { outcome: "found", cacheResult: "miss" }]]);
  expect((await exemplarsOf(metrics)).map(([, traceId]) => traceId)).toEqual([begun.traceId]);
});
