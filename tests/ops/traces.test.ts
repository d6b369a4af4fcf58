import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { databaseName } from "../../src/storage/sqlite/open.ts";
import { lockStore } from "../harness/lock-store.ts";
import { type LogLine, type RunningService, startRunningService } from "../harness/running-service.ts";
import type { Answer } from "../harness/send.ts";
import { type TemporaryFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { attributeOf, type OtlpCollector, type ReceivedSpan, startOtlpCollector } from "./otlp-collector.ts";

/** Spans are sent every two seconds; longest wait for them, in milliseconds. */
const arriveTimeoutMs = 10_000;
const testTimeoutMs = 40_000;
const serverKind = 2;

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callerSpanId = "00f067aa0ba902b7";
const traceparent = (flags: "00" | "01") => ({ headers: { traceparent: `00-${traceId}-${callerSpanId}-${flags}` } });

/** A service that exports to an address, with an owner and the link /kept. */
async function startExporting(folder: TemporaryFolder, address: string, settings: Record<string, string> = {}): Promise<RunningService> {
  const service = await startRunningService({ folder: folder.path, settings: { OTEL_EXPORTER_OTLP_ENDPOINT: address, ...settings } });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/", short_code: "kept" } });
  return service;
}

const counted = async (service: RunningService, result: "sent" | "dropped"): Promise<number> =>
  service.metric(String.raw`srenity_spans_exported_total\{result="${result}"\}`);
const serversOf = ({ spans }: OtlpCollector): ReceivedSpan[] => spans.filter(({ kind }) => kind === serverKind);
const idsOf = ({ request_id: requestId, trace_id: trace, span_id: span }: LogLine): unknown[] => [requestId, trace, span];

describe("with every request sampled", () => {
  test(
    "each request is one span of the ids of its log line, with its calls of the store below it, in the JSON of OTLP",
    async () => {
      using folder = temporaryFolder();
      await using collector = startOtlpCollector();
      const settings = { OTEL_TRACES_SAMPLER_ARG: "1", OTEL_SERVICE_NAME: "links", OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20hunter2,x-tenant=a" };
      await using service = await startExporting(folder, `${collector.address}/`, { LOG_LEVEL: "debug", ...settings });
      for (const path of ["/kept", "/kept", "/unknown", "/urls/1", "/health", "/no/route"]) await service.send("GET", path);
      expect(await service.stop()).toBe(0);
      expect(collector.faults).toEqual([]);
      const requests = service.logLines().filter(({ msg }) => msg === "request");
      expect(requests).toHaveLength(8);
      const servers = serversOf(collector);
      expect<unknown[]>(servers.map((span) => [attributeOf(span, "srenity.request_id"), span.traceId, span.spanId])).toEqual(requests.map(idsOf));
      expect(servers.map(({ name }) => name)).toEqual([
        "POST /users",
        "POST /urls",
        "GET /:code",
        "GET /:code",
        "GET /:code",
        "GET /urls/:id",
        "GET /health",
        "GET",
      ]);
      expect(servers.map((span) => attributeOf(span, "http.response.status_code"))).toEqual(["201", "201", "302", "302", "404", "200", "200", "404"]);
      expect(servers.map((span) => attributeOf(span, "srenity.redirect.cache")).slice(2, 5)).toEqual(["miss", "hit", "miss"]);
      const below = (span: ReceivedSpan): string[] => collector.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId).map(({ name }) => name);
      expect(servers.map(below)).toEqual([
        ["store users.create"],
        ["store links.create"],
        ["store links.find", "store clicks.commit"],
        ["store clicks.commit"],
        ["store links.find"],
        ["store links.get"],
        [],
        [],
      ]);
      expect(collector.spans).toHaveLength(8 + 7);
      for (const [index, span] of servers.entries()) {
        const [start, end] = [Number(BigInt(span.startTimeUnixNano) / 1_000n), Number(BigInt(span.endTimeUnixNano) / 1_000n)];
        expect((end - start) / 1_000).toBeCloseTo(Number(requests[index]?.["duration_ms"]), 1);
        expect(Math.abs(end / 1_000 - Date.parse(String(requests[index]?.["time"])))).toBeLessThan(50);
        for (const child of collector.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId)) {
          expect(child.traceId).toBe(span.traceId);
          expect(child.startTimeUnixNano >= span.startTimeUnixNano && child.endTimeUnixNano <= span.endTimeUnixNano).toBe(true);
        }
      }
      const [sent] = collector.requests;
      expect([sent?.path, sent?.headers.get("authorization"), sent?.headers.get("x-tenant")]).toEqual(["/v1/traces", "Bearer hunter2", "a"]);
      expect(service.output() + service.errors()).not.toContain("hunter2");
    },
    testTimeoutMs,
  );

  test(
    "a caller's trace is continued as its caller decided: sampled below its span, unsampled not exported",
    async () => {
      using folder = temporaryFolder();
      await using collector = startOtlpCollector();
      await using service = await startExporting(folder, collector.address, { OTEL_TRACES_SAMPLER_ARG: "1" });
      await service.send("GET", "/kept", traceparent("00"));
      await service.send("GET", "/kept", traceparent("01"));
      expect(await service.stop()).toBe(0);
      const continued = collector.spans.filter((span) => span.traceId === traceId);
      expect(continued.map(({ name, kind }) => [name, kind])).toEqual([
        ["GET /:code", serverKind],
        ["store clicks.commit", 1],
      ]);
      expect(continued[0]?.parentSpanId).toBe(callerSpanId);
      const lines = service.logLines().filter(({ trace_id: id }) => id === traceId);
      expect(new Set(lines.map(({ request_id: id }) => id)).size).toBe(2);
      expect(lines.map(({ span_id: id }) => id)).toContain(continued[0]?.spanId);
    },
    testTimeoutMs,
  );
});

test(
  "with no request sampled but those whose caller says so, only these are exported, and without being asked for: the spans arrive while the service runs",
  async () => {
    using folder = temporaryFolder();
    await using collector = startOtlpCollector();
    await using service = await startExporting(folder, collector.address, { OTEL_TRACES_SAMPLER_ARG: "0" });
    for (let index = 0; index < 50; index++) await service.send("GET", "/kept");
    await service.send("GET", "/kept", traceparent("01"));
    await waitUntil("the span arrives", arriveTimeoutMs, () => collector.spans.length > 0);
    expect(collector.spans.map((span) => span.traceId)).toEqual([traceId, traceId]);
    expect([await counted(service, "sent"), await counted(service, "dropped")]).toEqual([2, 0]);
  },
  testTimeoutMs,
);

describe("a receiver", () => {
  test(
    "that answers 503 is asked again after the time it names, and no span is lost or sent twice",
    async () => {
      using folder = temporaryFolder();
      await using collector = startOtlpCollector((request) =>
        request === 0 ? new Response("busy", { status: 503, headers: { "Retry-After": "3" } }) : Response.json({}),
      );
      await using service = await startExporting(folder, collector.address, { OTEL_TRACES_SAMPLER_ARG: "1" });
      for (let index = 0; index < 20; index++) await service.send("GET", "/kept");
      await waitUntil("the spans arrive", arriveTimeoutMs, () => serversOf(collector).length >= 22);
      const [refused, taken] = collector.requests;
      expect((taken?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThan(2_900);
      const ids = collector.spans.map(({ spanId }) => spanId);
      expect(new Set(ids).size).toBe(ids.length);
      expect([await counted(service, "sent"), await counted(service, "dropped")]).toEqual([ids.length, 0]);
      const said = (): LogLine[] => service.logLines().filter(({ msg }) => String(msg).startsWith("spans"));
      await waitUntil("the end of the trouble is logged", arriveTimeoutMs, () => said().length > 1);
      expect(said().map(({ level, msg, reason }) => [level, msg, reason])).toEqual([
        ["warn", "spans cannot be exported", "status 503 busy"],
        ["info", "spans are exported again", undefined],
      ]);
    },
    testTimeoutMs,
  );

  test(
    "that refuses for good, or some of the spans, costs those and is not asked again",
    async () => {
      using folder = temporaryFolder();
      const answers = [
        Response.json({ message: "no such tenant" }, { status: 400 }),
        Response.json({ partialSuccess: { rejectedSpans: "1", errorMessage: "too old" } }),
      ];
      await using collector = startOtlpCollector((request) => answers[request] ?? Response.json({}));
      await using service = await startExporting(folder, collector.address, { OTEL_TRACES_SAMPLER_ARG: "1" });
      await waitUntil("a batch is refused", arriveTimeoutMs, async () => (await counted(service, "dropped")) > 0);
      const refused = await counted(service, "dropped");
      await service.send("GET", "/kept");
      await waitUntil("one span is rejected", arriveTimeoutMs, async () => (await counted(service, "dropped")) > refused);
      expect(await counted(service, "dropped")).toBe(refused + 1);
      expect(await counted(service, "sent")).toBeGreaterThan(0);
      expect(service.logLines().find(({ msg }) => msg === "spans cannot be exported")?.["reason"]).toBe('status 400 {"message":"no such tenant"}');
    },
    testTimeoutMs,
  );

  test.each([
    ["is down", (): Response => Response.error(), true],
    ["never answers", (): Promise<Response> => Promise.withResolvers<Response>().promise, false],
  ])(
    "that %s disturbs no request: spans wait up to a limit, further ones are dropped and counted, one line says so, and the service ends in time",
    async (_, answer, isDown) => {
      using folder = temporaryFolder();
      const collector = startOtlpCollector(answer);
      if (isDown) await collector[Symbol.asyncDispose]();
      await using service = await startExporting(folder, collector.address, { OTEL_TRACES_SAMPLER_ARG: "1" });
      for (let round = 0; round < 50; round++) {
        const answers = await Promise.all(Array.from({ length: 40 }, () => service.send("GET", "/kept", { timeoutMs: 5_000 })));
        expect(answers.every(({ status }) => status === 302)).toBe(true);
      }
      expect(await counted(service, "dropped")).toBeGreaterThan(500);
      expect(await counted(service, "sent")).toBe(0);
      await waitUntil("the trouble is logged", arriveTimeoutMs, () => service.logLines().some(({ msg }) => msg === "spans cannot be exported"));
      const startedMs = performance.now();
      expect(await service.stop()).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(3_000);
      expect(service.logLines().filter(({ msg }) => String(msg).startsWith("spans"))).toHaveLength(1);
      await collector[Symbol.asyncDispose]();
    },
    testTimeoutMs,
  );
});

test(
  "a line of a request has its ids, also of an error nobody expected; the answer names the trace that begins with it; other lines have no ids",
  async () => {
    using folder = temporaryFolder();
    await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "debug" } });
    await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
    await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/", short_code: "spoilt" } });
    const database = new Database(join(folder.path, databaseName));
    database.run("PRAGMA busy_timeout = 5000");
    database.run("UPDATE links SET tags = '{', original_url = 'https://[\u00e9'");
    database.close();
    const ownLines = (answer: Answer): LogLine[] => service.logLines().filter(({ request_id: id }) => id === answer.headers.get("x-request-id"));
    const api = await service.send("GET", "/urls/1");
    const redirects: Answer[] = [];
    await waitUntil("an error of a redirect is logged, as one a second is", arriveTimeoutMs, async () => {
      redirects.push(await service.send("GET", "/spoilt", traceparent("01")));
      return redirects.some((each) => ownLines(each).length > 1);
    });
    const redirect = redirects.find((each) => ownLines(each).length > 1) as Answer;
    expect([api.status, redirect.status]).toEqual([500, 500]);
    expect(await service.metric("srenity_http_requests_in_flight")).toBe(1);
    {
      using _ = lockStore(folder.path);
      expect((await service.send("POST", "/users", { body: { username: "late", email: "late@example.com" } })).status).toBe(503);
    }
    expect(await service.stop()).toBe(0);
    const lines = service.logLines();
    for (const line of lines) expect(new Set(idsOf(line).map((id) => typeof id)).size).toBe(1);
    for (const [answer, trace] of [
      [api, api.headers.get("x-request-id")],
      [redirect, traceId],
    ] as const) {
      const own = ownLines(answer);
      expect(own.map(({ msg }) => msg)).toEqual(["unhandled error", "request"]);
      expect(new Set(own.map((line) => JSON.stringify(idsOf(line)))).size).toBe(1);
      expect(own.map(({ trace_id: id }) => id)).toEqual([trace, trace]);
    }
    const withoutIds = lines.filter(({ request_id: id }) => id === undefined).map(({ msg }) => msg);
    expect(withoutIds).toContain("the store failed");
    expect(withoutIds).not.toContain("request");
  },
  testTimeoutMs,
);
