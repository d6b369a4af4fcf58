import type { ErrorCount } from "./watch/error-tally.ts";
import type { LogFilter } from "./watch/log-filter.ts";
import { type LogLine, readFields } from "./watch/log-line.ts";
import type { LogSubscription } from "./watch/log-subscription.ts";
import { createLogTail, type LogTail } from "./watch/tail-log.ts";
import { instanceOf, type WatchTarget } from "./watch/watch-target.ts";
import type { LogLineView } from "./views.ts";

export interface LogDesk {
  start(): void;
  stop(): Promise<void>;
  /** The newest lines of all targets that pass, newest first. */
  query(filter: LogFilter, limit: number): LogLineView[];
  errorCounts(span: { fromMs: number; toMs: number }, limit: number): ErrorCount[];
  /** Hands on new lines until it is told to stop; null when there are too many readers. */
  follow(filter: LogFilter, onLines: (lines: LogLineView[]) => void): (() => void) | null;
}

/** The logs of all targets that write one to a file of this machine. */
export function createLogDesk(targets: readonly WatchTarget[], nowMs: () => number): LogDesk {
  const tails = targets.flatMap((target) =>
    target.logFile === null ? [] : [{ instance: instanceOf(target), tail: createLogTail({ path: target.logFile, nowMs }) }],
  );
  return {
    start: () => tails.forEach(({ tail }) => tail.start()),
    stop: async () => void (await Promise.all(tails.map(({ tail }) => tail.stop()))),
    query: (filter, limit) =>
      tails
        .flatMap(({ instance, tail }) => tail.query(filter, limit).map((line) => viewOf(line, instance)))
        .toSorted((a, b) => b.atMs - a.atMs)
        .slice(0, limit),
    errorCounts: (span, limit) =>
      tails
        .flatMap(({ tail }) => tail.errorCounts({ ...span, limit }))
        .toSorted((a, b) => b.count - a.count)
        .slice(0, limit),
    follow: (filter, onLines) => followAll(tails, filter, onLines),
  };
}

interface OwnTail {
  readonly instance: string;
  readonly tail: LogTail;
}

function followAll(tails: readonly OwnTail[], filter: LogFilter, onLines: (lines: LogLineView[]) => void): (() => void) | null {
  const taken = tails.map(({ instance, tail }) => ({ instance, subscription: tail.subscribe(filter) }));
  const close = (): void => taken.forEach(({ subscription }) => subscription?.close());
  if (taken.some(({ subscription }) => subscription === null)) {
    close();
    return null;
  }
  for (const { instance, subscription } of taken) if (subscription) void handOn(subscription, (lines) => onLines(lines.map((line) => viewOf(line, instance))));
  return close;
}

async function handOn(subscription: LogSubscription, onLines: (lines: readonly LogLine[]) => void): Promise<void> {
  for (let read = await subscription.read(); read !== null; read = await subscription.read()) onLines(read.lines);
}

function viewOf({ atMs, level, message, route, requestId, traceId, status, errorCode, raw, isForeign }: LogLine, instance: string): LogLineView {
  const fields = (isForeign ? null : readFields(raw)) ?? {};
  return { atMs, level, message, route, requestId, traceId, status, errorCode, instance, fields };
}
