import type { LogLine } from "./log-line.ts";

/** How often a kind of error was logged. */
export interface ErrorCount {
  readonly message: string;
  readonly errorCode: string | null;
  readonly route: string | null;
  readonly count: number;
  /** When it was logged last, in milliseconds since 1970. */
  readonly lastAtMs: number;
  /** A request that met it, to search for. */
  readonly requestId: string | null;
}

/** Counts error lines by kind and minute: of a storm only the last lines are kept, and all of them are counted. */
export interface ErrorTally {
  /** Counts the line when it tells of an error: level error or fatal, or status 5xx. */
  add(line: LogLine): void;
  /** The most frequent kinds within the minutes that the span touches. */
  top(span: { fromMs: number; toMs: number; limit: number }): ErrorCount[];
}

/** How long counts are kept, and kinds of a minute that are told apart. */
const minutesMost = 180;
const kindsMost = 50;
const minuteMs = 60_000;
/** Kinds beyond `kindsMost` count as this one. */
const otherMessage = "(other errors)";

type Minute = Map<string, ErrorCount>;

/** Makes a tally of at most `minutesMost` times `kindsMost` counts. */
export function createErrorTally(): ErrorTally {
  const minutes = new Map<number, Minute>();

  const minuteOf = (atMs: number): Minute => {
    const number = Math.floor(atMs / minuteMs);
    const known = minutes.get(number);
    if (known) return known;
    const made: Minute = new Map();
    minutes.set(number, made);
    if (minutes.size > minutesMost) minutes.delete(Math.min(...minutes.keys()));
    return made;
  };

  return {
    add: (line) => {
      if (!isError(line)) return;
      const minute = minuteOf(line.atMs);
      const key = JSON.stringify([line.message, line.errorCode, line.route]);
      const isOther = minute.size >= kindsMost && !minute.has(key);
      const { message, errorCode, route } = isOther ? { message: otherMessage, errorCode: null, route: null } : line;
      const ownKey = isOther ? otherMessage : key;
      const count = (minute.get(ownKey)?.count ?? 0) + 1;
      minute.set(ownKey, { message, errorCode, route, count, lastAtMs: line.atMs, requestId: line.requestId });
    },
    top: ({ fromMs, toMs, limit }) => {
      const sums: Minute = new Map();
      for (const [number, minute] of minutes) {
        if ((number + 1) * minuteMs <= fromMs || number * minuteMs > toMs) continue;
        for (const [key, found] of minute) sums.set(key, combined(sums.get(key), found));
      }
      return [...sums.values()].sort((left, right) => right.count - left.count || right.lastAtMs - left.lastAtMs).slice(0, limit);
    },
  };
}

function isError({ level, status }: LogLine): boolean {
  return level === "error" || level === "fatal" || (status !== null && status >= 500);
}

function combined(sum: ErrorCount | undefined, found: ErrorCount): ErrorCount {
  if (sum === undefined) return found;
  const later = sum.lastAtMs > found.lastAtMs ? sum : found;
  return { ...later, count: sum.count + found.count };
}
