import { createErrorTally, type ErrorCount } from "./error-tally.ts";
import { type FollowState, followFile } from "./follow-file.ts";
import { createKeptLines, type KeptLines } from "./kept-lines.ts";
import { createLogFilter, type LogFilter } from "./log-filter.ts";
import { type LogLine, logLevels, readLogLine } from "./log-line.ts";
import { createLogSubscription, type LogSubscription, type OfferedSubscription } from "./log-subscription.ts";

/** How often the file is looked at unless said otherwise, in milliseconds. */
const pollEveryMs = 1_000;
/** Lines that are kept for searches, about 6 MB with what is read of them. Warnings and worse are not pushed out by traffic. */
const ordinaryKept = { linesMost: 10_000, charactersMost: 4_194_304 };
const notableKept = { linesMost: 4_000, charactersMost: 2_097_152 };
/** Most lines of one answer, and most readers of the live tail. */
const answerMost = 1_000;
const subscribersMost = 20;

export interface LogTailOptions {
  readonly path: string;
  /** Wall clock, in milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly pollEveryMs?: number;
}

/** The last lines of a target's log file, from its last 4 MB on. */
export interface LogTail {
  start(): void;
  stop(): Promise<void>;
  /** The newest lines that pass, newest first; at most 1 000. */
  query(filter: LogFilter, limit: number): LogLine[];
  /** The most frequent errors within the span, of the last three hours. */
  errorCounts(span: { fromMs: number; toMs: number; limit: number }): ErrorCount[];
  /** New lines that pass, as they come; null when there are too many readers. */
  subscribe(filter: LogFilter): LogSubscription | null;
  state(): FollowState & { readonly lineCount: number };
}

const notableLevels: ReadonlySet<string> = new Set(logLevels.slice(logLevels.indexOf("warn")));

/** Prepares to follow a log; `start` reads and goes on reading. */
export function createLogTail({ path, nowMs, ...options }: LogTailOptions): LogTail {
  const everyMs = options.pollEveryMs ?? pollEveryMs;
  const file = followFile(path);
  const ordinary = createKeptLines(ordinaryKept);
  const notable = createKeptLines(notableKept);
  const tally = createErrorTally();
  const subscriptions = new Set<OfferedSubscription>();
  let sequence = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let polling: Promise<void> = Promise.resolve();
  let isStopped = false;

  const take = (texts: readonly string[]): void => {
    const atMs = nowMs();
    for (const text of texts) {
      const line = readLogLine(text, { sequence: ++sequence, atMs });
      (notableLevels.has(line.level) ? notable : ordinary).add(line);
      tally.add(line);
      for (const subscription of subscriptions) subscription.offer(line);
    }
  };
  const poll = async (): Promise<void> => {
    await file.poll(take);
    if (!isStopped) timer = setTimeout(start, everyMs);
  };
  const start = (): void => {
    polling = poll();
  };
  return {
    start,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.close();
      await polling;
      await file.close();
    },
    query: (filter, limit) => search([ordinary, notable], createLogFilter(filter), Math.min(limit, answerMost)),
    errorCounts: (span) => tally.top(span),
    subscribe: (filter) => {
      if (isStopped || subscriptions.size >= subscribersMost) return null;
      const made = createLogSubscription(createLogFilter(filter), () => subscriptions.delete(made));
      subscriptions.add(made);
      return made;
    },
    state: () => ({ ...file.state(), lineCount: sequence }),
  };
}

/** Goes through both lists at once, from the newest line backwards. */
function search([left, right]: [KeptLines, KeptLines], isWanted: (line: LogLine) => boolean, limit: number): LogLine[] {
  const found: LogLine[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  while (found.length < limit) {
    const leftLine = left.newest(leftIndex);
    const rightLine = right.newest(rightIndex);
    const line = (leftLine?.sequence ?? 0) > (rightLine?.sequence ?? 0) ? leftLine : rightLine;
    if (line === undefined) break;
    if (line === leftLine) leftIndex++;
    else rightIndex++;
    if (isWanted(line)) found.push(line);
  }
  return found;
}
