/** How fast the clock runs while the wall clock is behind it: an hour is made up for in ten, and rates are 11 % off meanwhile. */
const waitingSpeed = 0.9;

export interface SteadyClockOptions {
  /** Wall clock, in milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Time of the newest sample that is stored: the clock starts no earlier. */
  readonly notBeforeMs: number;
}

/**
 * Makes the clock that samples are stamped with, in milliseconds since 1970. It follows the wall clock forwards. When that
 * was set back, it runs slower until the wall clock has caught up: samples stay in order, and none is lost. What evaluates
 * the samples has to use the same clock, or it would look for them in the wrong place.
 */
export function createSteadyClock({ nowMs, monotonicMs, notBeforeMs }: SteadyClockOptions): () => number {
  let atMs = Math.max(nowMs(), notBeforeMs);
  let readAtMs = monotonicMs();
  return () => {
    const monotonic = monotonicMs();
    atMs = Math.max(nowMs(), atMs + Math.max(0, monotonic - readAtMs) * waitingSpeed);
    readAtMs = monotonic;
    return Math.floor(atMs);
  };
}
