import { expect, test } from "bun:test";
import fc from "fast-check";
import { createSteadyClock } from "./steady-clock.ts";

const hourMs = 3_600_000;

/** A clock over a wall clock that a test sets, and a monotonic one that it moves on. */
function clockAt(startMs: number, notBeforeMs = 0): { wallMs: number; pass(ms: number): number } {
  let monotonicMs = 1_000;
  const state = {
    wallMs: startMs,
    pass(ms: number): number {
      monotonicMs += ms;
      state.wallMs += ms;
      return clock();
    },
  };
  const clock = createSteadyClock({ nowMs: () => state.wallMs, monotonicMs: () => monotonicMs, notBeforeMs });
  return state;
}

test("the clock is the wall clock as long as that goes forwards", () => {
  const clock = clockAt(5 * hourMs);
  expect(clock.pass(5_000)).toBe(5 * hourMs + 5_000);
  clock.wallMs += hourMs;
  expect(clock.pass(5_000)).toBe(6 * hourMs + 10_000);
});

test("a wall clock set back slows it by a tenth until the wall clock has caught up", () => {
  const clock = clockAt(5 * hourMs);
  clock.wallMs -= hourMs;
  expect(clock.pass(10_000)).toBe(5 * hourMs + 9_000);
  expect(clock.pass(9 * hourMs)).toBeGreaterThan(clock.wallMs);
  expect(clock.pass(2 * hourMs)).toBe(clock.wallMs);
});

test("it starts no earlier than the newest sample that is stored", () => {
  expect(clockAt(5 * hourMs, 6 * hourMs).pass(10_000)).toBe(6 * hourMs + 9_000);
});

test("it never goes back, whatever the wall clock does", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: -10 * hourMs, max: hourMs })), { maxLength: 50 });
  fc.assert(
    fc.property(steps, (moves) => {
      const clock = clockAt(1_000 * hourMs);
      let lastMs = clock.pass(0);
      for (const [passedMs, setMs] of moves) {
        clock.wallMs += setMs;
        const atMs = clock.pass(passedMs);
        expect(atMs).toBeGreaterThanOrEqual(lastMs + Math.floor(passedMs * 0.9) - 1);
        lastMs = atMs;
      }
    }),
  );
});
