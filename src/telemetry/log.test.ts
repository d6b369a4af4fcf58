import { expect, test } from "bun:test";
import fc from "fast-check";
import type { AccessFacts } from "./access-line.ts";
import { createLog, type LogLevel } from "./log.ts";

const nowMs = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const facts: AccessFacts = {
  method: "GET",
  route: "/:code",
  path: "/abc123",
  status: 302,
  durationMs: 0.1234567,
  bytes: 0,
  requestId: "r1",
  trace: { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", parentSpanId: null, isSampled: false, storeCalls: null },
  clientAddress: "192.0.2.0",
  userAgent: "curl/8",
};

function openLog(level: LogLevel = "info") {
  const lines: string[] = [];
  return { log: createLog({ level, sink: { write: (line) => lines.push(line) }, nowMs }), lines };
}

test("every line is one JSON object with level, ISO time and message", () => {
  const { log, lines } = openLog("debug");
  log.debug({ a: 1 }, "one");
  log.info({}, "two");
  log.warn({ text: 'line\nbreak "quoted"' }, "three\n");
  log.error({ error: new Error("no") }, "four");
  log.fatal({}, "five");
  log.access("info", facts, "");
  expect(lines).toHaveLength(6);
  for (const line of lines) {
    expect(line).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(line)).toMatchObject({
      level: expect.stringMatching(/^(debug|info|warn|error|fatal)$/),
      time: "2026-01-02T03:04:05.678Z",
      msg: expect.any(String),
    });
  }
});

test("the access line has the documented fields", () => {
  const { log, lines } = openLog();
  log.access("error", { ...facts, errorCode: "store_busy" }, ',"outcome":"refused","cache":"none"');
  expect(JSON.parse(lines[0]!)).toEqual({
    level: "error",
    time: "2026-01-02T03:04:05.678Z",
    request_id: "r1",
    trace_id: facts.trace.traceId,
    span_id: facts.trace.spanId,
    method: "GET",
    route: "/:code",
    path: "/abc123",
    status: 302,
    duration_ms: 0.123,
    bytes: 0,
    client_address: "192.0.2.0",
    user_agent: "curl/8",
    error_code: "store_busy",
    outcome: "refused",
    cache: "none",
    msg: "request",
  });
});

test("an access line is valid JSON and true to its facts, whatever a client sends", () => {
  // Every UTF-16 unit, halves of pairs included; fast-check's own "binary" unit takes seconds to make.
  const unit = fc.oneof(fc.nat(0x7f), fc.nat(0xffff)).map((code) => String.fromCharCode(code));
  const text = fc.string({ unit, maxLength: 200 });
  fc.assert(
    fc.property(text, text, text, fc.double(), (path, userAgent, requestId, durationMs) => {
      const { log, lines } = openLog();
      log.access("info", { ...facts, path, userAgent, requestId, durationMs, clientAddress: null }, "");
      expect(lines[0]).toMatch(/^[^\n]*\n$/);
      const shown = JSON.parse(lines[0]!);
      expect(shown).toMatchObject({ path: path.split("?")[0], user_agent: userAgent, request_id: requestId, client_address: null });
      expect(Number.isFinite(shown.duration_ms)).toBe(true);
    }),
  );
});

test("queries are not logged, and a long path or agent is cut", () => {
  const { log, lines } = openLog();
  log.access("info", { ...facts, path: "/abc?token=s3cret", userAgent: "u".repeat(10_000) }, "");
  log.access("info", { ...facts, path: `/${"p".repeat(10_000)}` }, "");
  expect(lines[0]).not.toContain("s3cret");
  expect(JSON.parse(lines[0]!).path).toBe("/abc");
  for (const line of lines) expect(line.length).toBeLessThan(2_000);
});

test("secrets and queries in fields and errors are hidden", () => {
  const { log, lines } = openLog();
  log.error({ authorization: "Bearer s3cret", headers: { Cookie: "s3cret" }, error: new Error("https://a.example/?s3cret") }, "no");
  expect(lines[0]).not.toContain("s3cret");
  expect(JSON.parse(lines[0]!)).toMatchObject({ authorization: "[redacted]", error: { type: "Error", message: "https://a.example/?…" } });
});

test("lines below the level are not written, access lines included", () => {
  const { log, lines } = openLog("warn");
  log.info({}, "no");
  log.access("info", facts, "");
  log.access("debug", facts, "");
  expect(lines).toEqual([]);
  log.access("warn", facts, "");
  expect(lines).toHaveLength(1);
  const silent = openLog("silent");
  silent.log.fatal({}, "no");
  silent.log.access("error", facts, "");
  expect(silent.lines).toEqual([]);
  expect([log.isEnabled("warn"), log.isEnabled("info"), silent.log.isEnabled("fatal")]).toEqual([true, false, false]);
});
