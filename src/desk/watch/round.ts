/** Most jobs at once of targets that answer quickly, and of those that did not last time: they wait for each other only. */
const quickMost = 50;
const slowMost = 30;
/** A job that took longer makes its target a slow one, in milliseconds. */
const slowMs = 1_000;

export interface RoundOptions {
  /** One for each target; they do not throw. */
  readonly jobs: readonly (() => Promise<void>)[];
  readonly everyMs: number;
  readonly monotonicMs: () => number;
}

/** Runs a job for each target at every tick. */
export interface Round {
  start(): void;
  /** Starts no more; resolves when the running ones have ended. */
  stop(): Promise<void>;
}

/**
 * Makes a round. Ticks follow the monotonic clock and are never made up for; a job that still runs, or still waits, is passed
 * over at the next tick, so that no target is asked twice at once.
 */
export function createRound({ jobs, everyMs, monotonicMs }: RoundOptions): Round {
  const members = jobs.map((job) => ({ job, isBusy: false, isSlow: false }));
  const lanes = { quick: createLane(quickMost), slow: createLane(slowMost) };
  const running = new Set<Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  const runMember = async (member: (typeof members)[number]): Promise<void> => {
    if (!isStopped) {
      const startedMs = monotonicMs();
      const run = member.job();
      running.add(run);
      await run;
      running.delete(run);
      member.isSlow = monotonicMs() - startedMs > slowMs;
    }
    member.isBusy = false;
  };
  const tick = (dueMs: number): void => {
    for (const member of members) {
      if (member.isBusy) continue;
      member.isBusy = true;
      (member.isSlow ? lanes.slow : lanes.quick)(() => runMember(member));
    }
    const nowMs = monotonicMs();
    const missed = Math.floor(Math.max(0, nowMs - dueMs) / everyMs);
    const nextMs = dueMs + (missed + 1) * everyMs;
    timer = setTimeout(() => tick(nextMs), Math.max(0, nextMs - nowMs));
  };
  return {
    start: () => tick(monotonicMs()),
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

/** Runs what it is given, `most` at once and the others after them; each target waits in it at most once. */
function createLane(most: number): (job: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = [];
  let count = 0;
  const next = async (): Promise<void> => {
    count++;
    for (let job = waiting.shift(); job; job = waiting.shift()) await job();
    count--;
  };
  return (job) => {
    waiting.push(job);
    if (count < most) void next();
  };
}
