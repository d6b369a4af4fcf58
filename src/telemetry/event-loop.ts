import type { Gauge, Histogram } from "./instrument.ts";

export interface EventLoopSampler {
  start(): void;
  stop(): void;
}

export interface EventLoopOptions {
  monotonicMs: () => number;
  /** Takes every lag, in seconds. */
  lag: Histogram;
  /** Holds the longest lag of the last minute, in seconds. */
  lagMax: Gauge;
}

const sampleIntervalMs = 50;

// The maximum slides over six slots of ten seconds: unlike one that a scrape resets, two scrapers see the same.
const slotMs = 10_000;
const slotCount = 6;

/** Measures how late a timer fires. Its timer keeps no process alive. */
export function createEventLoopSampler(options: EventLoopOptions): EventLoopSampler {
  const { monotonicMs, lag, lagMax } = options;
  let slots = [{ period: 0, maxS: 0 }];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let armedAtMs = 0;

  const arm = (): void => {
    armedAtMs = monotonicMs();
    timer = setTimeout(sample, sampleIntervalMs);
    timer.unref();
  };
  const sample = (): void => {
    const nowMs = monotonicMs();
    const lagS = Math.max(0, nowMs - armedAtMs - sampleIntervalMs) / 1000;
    const period = Math.floor(nowMs / slotMs);
    const running = slots.find((slot) => slot.period === period);
    if (running) running.maxS = Math.max(running.maxS, lagS);
    else slots = [...slots.filter((slot) => slot.period > period - slotCount), { period, maxS: lagS }];
    lag.observe(lagS);
    lagMax.set(Math.max(...slots.map((slot) => slot.maxS)));
    arm();
  };
  return {
    start() {
      if (timer === null) arm();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
