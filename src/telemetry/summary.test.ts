import { expect, test } from "bun:test";
import { createRecentLatency } from "./recent.ts";
import { createSummary } from "./summary.ts";

function createScene() {
  const scene = { nowMs: 5_000, cpuUserS: 10, requests: 0, errors: 0, recent: createRecentLatency() };
  const summary = createSummary({
    totals: { totalRequests: () => scene.requests, errorCount: () => scene.errors },
    recent: scene.recent,
    monotonicMs: () => scene.nowMs,
    readUsage: () => ({ cpuUserS: scene.cpuUserS, cpuSystemS: 1, residentBytes: 50_000_000 }),
    memoryLimitBytes: 1_000_000_000,
  });
  return { scene, summary };
}

test("a service without requests answers zeros", () => {
  expect(createScene().summary.read()).toEqual({
    cpu_percent: 0,
    memory_percent: 5,
    uptime_seconds: 0,
    total_requests: 0,
    error_count: 0,
    error_rate: 0,
    latency: { avg: 0, p50: 0, p95: 0, p99: 0 },
  });
});

test("requests, errors, latency and uptime are summed up", () => {
  const { scene, summary } = createScene();
  for (let i = 0; i < 100; i++) scene.recent.observe(i < 97 ? 2 : 100, 10_000, false);
  Object.assign(scene, { nowMs: 15_000, requests: 400, errors: 10 });
  const read = summary.read();
  expect(read).toMatchObject({ uptime_seconds: 10, total_requests: 400, error_count: 10, error_rate: 0.025 });
  expect(read.latency.avg).toBeCloseTo(4.94, 2);
  expect(Math.abs(read.latency.p50 / 2 - 1)).toBeLessThan(0.05);
  expect(Math.abs(read.latency.p99 / 100 - 1)).toBeLessThan(0.05);
});

test("readers in quick succession see the same CPU figure, of at least a second", () => {
  const { scene, summary } = createScene();
  Object.assign(scene, { nowMs: 7_000, cpuUserS: 11 });
  expect(summary.read().cpu_percent).toBe(50);
  Object.assign(scene, { nowMs: 7_010, cpuUserS: 11.01 });
  expect(summary.read().cpu_percent).toBe(50);
  Object.assign(scene, { nowMs: 8_000, cpuUserS: 11.25 });
  expect(summary.read().cpu_percent).toBe(25);
});
