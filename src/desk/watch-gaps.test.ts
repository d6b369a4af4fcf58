import { expect, test } from "bun:test";
import { createWatchGaps } from "./watch-gaps.ts";

const startMs = 1_800_000_000_000;
const intervalMs = 5_000;
const gapsOf = (lastTickMs: number) => createWatchGaps({ lastTickMs, intervalMs, patienceMs: 9_500, nowMs: startMs });

test("a first start has no gap, and a late tick is none either", () => {
  const gaps = gapsOf(0);
  expect([gaps.note(startMs + 1_000), gaps.note(startMs + 6_000), gaps.note(startMs + 20_000)]).toEqual([0, 0, 0]);
});

test("a restart after an hour and a clock that jumps ahead are time that nobody watched", () => {
  expect(gapsOf(startMs - 3_600_000).note(startMs)).toBe(3_600_000 - intervalMs);
  const gaps = gapsOf(0);
  gaps.note(startMs);
  expect(gaps.note(startMs + 7_200_000)).toBe(7_200_000 - intervalMs);
  expect(gaps.resumedAtMs).toBe(startMs + 7_200_000);
});

test("nothing is judged before every target was looked at anew, or had its time for it", () => {
  const gaps = gapsOf(0);
  gaps.note(startMs);
  expect(gaps.mayJudge(startMs + 1_000, [startMs + 500, null])).toBe(false);
  expect(gaps.mayJudge(startMs + 6_000, [startMs + 500, startMs + 5_500])).toBe(true);
  gaps.note(startMs + 60_000);
  expect(gaps.mayJudge(startMs + 60_000, [startMs + 500, startMs + 5_500])).toBe(false);
  expect(gaps.mayJudge(startMs + 70_000, [startMs + 500, startMs + 5_500])).toBe(true);
});
