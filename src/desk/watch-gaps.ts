/** A tick this many intervals after the one before was not late: nobody watched meanwhile. */
const lateIntervalsMost = 3;

export interface WatchGaps {
  /** When watching began, or began again after a gap, in milliseconds since 1970. */
  readonly resumedAtMs: number;
  /** Notes a tick; the time before it that nobody watched, in milliseconds. */
  note(nowMs: number): number;
  /** Whether what is there now may be judged: every target was looked at since watching began, or had its time for it. */
  mayJudge(nowMs: number, scrapedAtMs: readonly (number | null)[]): boolean;
}

export interface WatchGapsOptions {
  /** When somebody watched last before the start, in milliseconds since 1970; 0 for never. */
  readonly lastTickMs: number;
  readonly intervalMs: number;
  /** How long a target may take to be looked at, in milliseconds. */
  readonly patienceMs: number;
  readonly nowMs: number;
}

/** Tells time that was watched from time that was not: a restart, a clock that was set, a machine that slept. A gap is no outage. */
export function createWatchGaps({ lastTickMs, intervalMs, patienceMs, nowMs }: WatchGapsOptions): WatchGaps {
  let lastMs = lastTickMs;
  let resumedAtMs = nowMs;
  let isJudged = false;
  return {
    get resumedAtMs() {
      return resumedAtMs;
    },
    note: (tickMs) => {
      const sinceMs = lastMs === 0 ? 0 : tickMs - lastMs;
      lastMs = tickMs;
      if (sinceMs <= lateIntervalsMost * intervalMs) return 0;
      resumedAtMs = tickMs;
      isJudged = false;
      return sinceMs - intervalMs;
    },
    mayJudge: (tickMs, scrapedAtMs) => {
      isJudged ||= tickMs - resumedAtMs >= patienceMs || scrapedAtMs.every((atMs) => atMs !== null && atMs >= resumedAtMs);
      return isJudged;
    },
  };
}
