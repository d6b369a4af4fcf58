import { type LogLevel, type LogLine, logLevels } from "./log-line.ts";

/** What lines are looked for; what is left out does not matter. Times are in milliseconds since 1970, both included. */
export interface LogFilter {
  /** This level or a worse one; lines without a level are no better than `unknown`. */
  readonly level?: LogLevel;
  readonly route?: string;
  readonly requestId?: string;
  /** Anywhere in the line as it was written, in any case. */
  readonly text?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

const special = /[$()*+.?[\\\]^{|}]/g;

/** Makes the test that a filter stands for. */
export function createLogFilter({ level, route, requestId, text, fromMs, toMs }: LogFilter): (line: LogLine) => boolean {
  const allowed = level === undefined ? null : new Set(logLevels.slice(logLevels.indexOf(level)));
  const pattern = text === undefined || text === "" ? null : new RegExp(text.replace(special, String.raw`\$&`), "i");
  return (line) =>
    (allowed === null || allowed.has(line.level)) &&
    (route === undefined || line.route === route) &&
    (requestId === undefined || line.requestId === requestId) &&
    (fromMs === undefined || line.atMs >= fromMs) &&
    (toMs === undefined || line.atMs <= toMs) &&
    (pattern === null || pattern.test(line.raw));
}
