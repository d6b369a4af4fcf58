import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogLevel } from "./log.ts";
import { createTelemetry } from "./telemetry.ts";
import { continueTrace } from "./trace.ts";

function open(fileDescriptor: number, settings: { LOG_LEVEL?: LogLevel; LEGACY_METRICS?: boolean } = {}) {
  return createTelemetry({
    version: "1",
    runtime: "bun",
    config: { LOG_LEVEL: "info", LEGACY_METRICS: false, ...settings },
    fileDescriptor,
    openSpanExporter: null,
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
  });
}

test("stopping writes what is left of the log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "telemetry-"));
  try {
    const fileDescriptor = openSync(join(folder, "log"), "a");
    const telemetry = open(fileDescriptor);
    telemetry.start();
    telemetry.signals.started({ port: 1 });
    telemetry.signals.stopped({});
    expect(await telemetry.stop(5_000)).toBe(true);
    closeSync(fileDescriptor);
    const lines = readFileSync(join(folder, "log"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["started", "stopped"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("log lines a full disk refuses are counted, and stopping does not wait for it", async () => {
  const fileDescriptor = openSync("/dev/full", "w");
  const telemetry = open(fileDescriptor);
  telemetry.signals.started({});
  expect(await telemetry.stop(5_000)).toBe(true);
  expect((await telemetry.metrics.renderMetrics(null)).text).toContain("\nsrenity_log_lines_dropped_total 1\n");
  closeSync(fileDescriptor);
});

test("the old names show the figures of the summary", async () => {
  const telemetry = open(2, { LOG_LEVEL: "silent", LEGACY_METRICS: true });
  const facts = { method: "GET", route: "/x", path: "/x", bytes: 0, requestId: "r", trace: continueTrace(null), clientAddress: null, userAgent: null };
  for (const status of [200, 200, 200, 500]) telemetry.signals.requestAnswered({ ...facts, status, durationMs: 4 });
  const { text } = await telemetry.metrics.renderMetrics(null);
  for (const line of ["flask_app_total_requests 4", "flask_app_error_count 1", "flask_app_error_rate 0.25", "flask_app_avg_latency_ms 4"])
    expect(text).toContain(`\n${line}\n`);
  expect(telemetry.summary.read()).toMatchObject({ total_requests: 4, error_count: 1 });
});
