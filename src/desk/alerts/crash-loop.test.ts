import { expect, test } from "bun:test";
import { crashLoopSince } from "./crash-loop.ts";

const minuteMs = 60_000;
const within = 10 * minuteMs;
const at = (...minutes: number[]): number[] => minutes.map((minute) => minute * minuteMs);

test("three restarts that follow each other are a loop since the third, and two are none", () => {
  expect(crashLoopSince(at(0, 5), within, 6 * minuteMs)).toBeNull();
  expect(crashLoopSince(at(0, 5, 9), within, 9 * minuteMs)).toBe(9 * minuteMs);
});

test("a loop keeps its beginning while it goes on, and is over after as long a calm", () => {
  const restarts = at(0, 5, 9, 14, 20);
  expect(crashLoopSince(restarts, within, 25 * minuteMs)).toBe(9 * minuteMs);
  expect(crashLoopSince(restarts, within, 31 * minuteMs)).toBeNull();
});

test("restarts of other hours do not count", () => {
  expect(crashLoopSince(at(0, 60, 120), within, 121 * minuteMs)).toBeNull();
  expect(crashLoopSince(at(0, 60, 62), within, 63 * minuteMs)).toBeNull();
});
