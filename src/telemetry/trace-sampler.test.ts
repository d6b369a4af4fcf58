import { expect, test } from "bun:test";
import { createRandomIds } from "./random-ids.ts";
import { createTraceSampler } from "./trace-sampler.ts";

const ids = createRandomIds((bytes) => crypto.getRandomValues(bytes));

test("the share of sampled traces is the ratio, and 0 and 1 mean none and all", () => {
  const traces = Array.from({ length: 100_000 }, () => ids.hex(32));
  const shareOf = (ratio: number): number => traces.filter(createTraceSampler(ratio)).length / traces.length;
  expect(shareOf(0)).toBe(0);
  expect(shareOf(1)).toBe(1);
  expect(Math.abs(shareOf(0.5) - 0.5)).toBeLessThan(0.01);
  expect(Math.abs(shareOf(0.01) - 0.01)).toBeLessThan(0.003);
  expect(shareOf(1e-12)).toBe(0);
});

test("a trace that a smaller ratio samples is sampled by every larger one", () => {
  const samplers = [0.01, 0.1, 0.5].map(createTraceSampler);
  for (let i = 0; i < 10_000; i++) {
    const id = ids.hex(32);
    const verdicts = samplers.map((sampler) => sampler(id));
    expect(verdicts.toSorted((one, other) => Number(one) - Number(other))).toEqual(verdicts);
  }
});

test("only the last 56 bits decide, as other implementations may leave the first ones constant", () => {
  const half = createTraceSampler(0.5);
  expect(half(`${"0".repeat(18)}80000000000000`)).toBe(true);
  expect(half(`${"f".repeat(18)}7fffffffffffff`)).toBe(false);
});
