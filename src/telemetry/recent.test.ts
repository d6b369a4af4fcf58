import { expect, test } from "bun:test";
import fc from "fast-check";
import { createRecentLatency } from "./recent.ts";

const minuteMs = 60_000;

function exact(durations: number[], share: number): number {
  return durations.toSorted((a, b) => a - b)[Math.ceil(share * durations.length) - 1]!;
}

test("percentiles are within 5 % of the exact ones", () => {
  const durations = fc.array(fc.oneof(fc.double({ min: 0.001, max: 10, noNaN: true }), fc.double({ min: 10, max: 600_000, noNaN: true })), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(durations, (all) => {
      const recent = createRecentLatency();
      for (const durationMs of all) recent.observe(durationMs, 1_000, false);
      const summary = recent.summary(2_000);
      expect(summary.count).toBe(all.length);
      expect(summary.avgMs).toBeCloseTo(all.reduce((sum, each) => sum + each, 0) / all.length, 3);
      for (const [shown, share] of [
        [summary.p50Ms, 0.5],
        [summary.p95Ms, 0.95],
        [summary.p99Ms, 0.99],
      ] as const) {
        expect(Math.abs(shown / exact(all, share) - 1)).toBeLessThanOrEqual(0.05);
      }
    }),
  );
});

test("a request is forgotten after five minutes, and not before 4 minutes 50", () => {
  const recent = createRecentLatency();
  recent.observe(100, 3, true);
  recent.observe(1, 4 * minuteMs, false);
  expect(recent.summary(4 * minuteMs + 49_000)).toMatchObject({ count: 2, errorCount: 1 });
  expect(recent.summary(5 * minuteMs)).toMatchObject({ count: 1, errorCount: 0 });
  expect(recent.summary(60 * minuteMs)).toEqual({ avgMs: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, count: 0, errorCount: 0 });
});

test("the window moves with steady traffic over hours", () => {
  const recent = createRecentLatency();
  for (let nowMs = 0; nowMs < 120 * minuteMs; nowMs += 1_000) recent.observe(nowMs < 60 * minuteMs ? 50 : 2, nowMs, false);
  const summary = recent.summary(120 * minuteMs - 1);
  expect(summary.count).toBe(300);
  expect(summary.avgMs).toBe(2);
});

test("a duration that is negative, not a number or endless breaks nothing", () => {
  const recent = createRecentLatency();
  for (const durationMs of [-1, Number.NaN, 1e12]) recent.observe(durationMs, 0, false);
  const summary = recent.summary(0);
  expect(summary.count).toBe(3);
  expect(Object.values(summary).every(Number.isFinite)).toBe(true);
});
