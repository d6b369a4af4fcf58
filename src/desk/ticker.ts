export interface Ticker {
  start(): void;
  stop(): void;
}

export interface TickerOptions {
  readonly everyMs: number;
  /** Time from `start` to the first tick, in milliseconds. */
  readonly firstAfterMs: number;
  readonly monotonicMs: () => number;
  /** One tick; it does not throw. */
  run(): void;
  /** Told of ticks that were left out because one took too long. */
  onSkipped(count: number): void;
}

/** Calls again and again, at equal distances of the steady clock. What a slow tick misses is left out, never made up for. */
export function createTicker({ everyMs, firstAfterMs, monotonicMs, run, onSkipped }: TickerOptions): Ticker {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const tick = (dueMs: number): void => {
    run();
    if (isStopped) return;
    const nowMs = monotonicMs();
    const missed = Math.floor(Math.max(0, nowMs - dueMs) / everyMs);
    if (missed > 0) onSkipped(missed);
    const nextMs = dueMs + (missed + 1) * everyMs;
    timer = setTimeout(() => tick(nextMs), nextMs - nowMs);
  };
  return {
    start: () => {
      const dueMs = monotonicMs() + firstAfterMs;
      timer = setTimeout(() => tick(dueMs), firstAfterMs);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
