import { expect, test } from "bun:test";
import { retryDelayMs } from "./retry-delay.ts";

test("waits double from five seconds to five minutes, and chance takes at most half", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 500].map((attempts) => retryDelayMs(attempts, 0))).toEqual([
    5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
  ]);
  expect(retryDelayMs(3, 1)).toBe(10_000);
});
