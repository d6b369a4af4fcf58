import { expect, test } from "bun:test";
import { createEventLoopSampler } from "./event-loop.ts";
import { Gauge, Histogram } from "./instrument.ts";

const monotonicMs = (): number => performance.now();

async function until(isTrue: () => boolean): Promise<void> {
  const deadlineMs = monotonicMs() + 5_000;
  while (!isTrue()) {
    if (monotonicMs() > deadlineMs) throw new Error("the condition did not come true in 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("one stall among many good samples shows in the maximum", async () => {
  const lag = new Histogram([0.05, 0.15]);
  const lagMax = new Gauge(0);
  const sampler = createEventLoopSampler({ monotonicMs, lag, lagMax });
  sampler.start();
  try {
    await until(() => lag.counts.reduce((sum, count) => sum + count) >= 2);
    const stallEndMs = monotonicMs() + 300;
    while (monotonicMs() < stallEndMs);
    await until(() => (lagMax.value ?? 0) >= 0.2);
    expect(lag.counts[2]).toBeGreaterThanOrEqual(1);
  } finally {
    sampler.stop();
  }
});

test("the maximum is forgotten after a minute, and a stopped sampler samples no more", async () => {
  let skippedMs = 0;
  const lag = new Histogram([]);
  const lagMax = new Gauge(0);
  const sampler = createEventLoopSampler({ monotonicMs: () => monotonicMs() + skippedMs, lag, lagMax });
  sampler.start();
  skippedMs += 10_000;
  await until(() => (lagMax.value ?? 0) >= 9);
  sampler.stop();
  skippedMs += 61_000;
  sampler.start();
  await until(() => (lagMax.value ?? 9) < 5);
  sampler.stop();
  const count = lag.counts[0] ?? 0;
  const later = new Histogram([]);
  const witness = createEventLoopSampler({ monotonicMs, lag: later, lagMax });
  witness.start();
  await until(() => (later.counts[0] ?? 0) >= 2);
  witness.stop();
  expect(lag.counts[0]).toBe(count);
});
