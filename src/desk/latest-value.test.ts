import { expect, test } from "bun:test";
import { latestValue } from "./latest-value.ts";

const nowMs = 1_000_000;
const samples = { labels: {}, timesMs: Float64Array.of(nowMs - 10_000, nowMs - 5_000, nowMs, 0), values: Float64Array.of(1, 2, 3, 0) };

test("the newest value is the last one of the span, not the last one of the array that holds it", () => {
  expect(latestValue({ find: () => [{ ...samples, first: 0, end: 3 }] }, "up", [], nowMs)).toBe(3);
});

test("nothing found, nothing in the span and an ended series have no newest value", () => {
  expect(latestValue({ find: () => [] }, "up", [], nowMs)).toBeNull();
  expect(latestValue({ find: () => [{ ...samples, first: 0, end: 0 }] }, "up", [], nowMs)).toBeNull();
  expect(latestValue({ find: () => [{ ...samples, values: Float64Array.of(1, 2, Number.NaN, 0), first: 0, end: 3 }] }, "up", [], nowMs)).toBeNull();
});
