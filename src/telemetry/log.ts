import pino from "pino";
import type { Config } from "../config.ts";
import { accessLine, type AccessFacts } from "./access-line.ts";
import type { LogSink } from "./log-sink.ts";
import { redactFields } from "./redact.ts";

export type LogLevel = Config["LOG_LEVEL"];
type WriteLine = (fields: Record<string, unknown>, message: string) => void;

/** The structured log: one JSON object per line, `level`, `time` (ISO 8601) and `msg` in each. */
export interface Log {
  debug: WriteLine;
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
  fatal: WriteLine;
  isEnabled(level: Exclude<LogLevel, "silent">): boolean;
  /** The line of one request; `extra` is JSON members, each with a comma before it. */
  access(level: "debug" | "info" | "warn" | "error", facts: AccessFacts, extra: string): void;
}

export interface LogOptions {
  level: LogLevel;
  sink: Pick<LogSink, "write">;
  /** Wall clock, in milliseconds since 1970. */
  nowMs: () => number;
}

/** Opens the log. Fields pass `redactFields`, and an error goes in as the field `error`. */
export function createLog(options: LogOptions): Log {
  const { level, sink } = options;
  const isoTime = createIsoClock(options.nowMs);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${isoTime()}"`,
      formatters: { level: (label) => ({ level: label }), log: redactFields },
    },
    sink,
  );
  const writeLine =
    (name: "debug" | "info" | "warn" | "error" | "fatal"): WriteLine =>
    (fields, message) =>
      logger[name](fields, message);
  const enabled = Object.fromEntries(Object.keys(pino.levels.values).map((name) => [name, logger.isLevelEnabled(name)]));
  return {
    debug: writeLine("debug"),
    info: writeLine("info"),
    warn: writeLine("warn"),
    error: writeLine("error"),
    fatal: writeLine("fatal"),
    isEnabled: (name) => enabled[name] === true,
    access(name, facts, extra) {
      if (enabled[name]) sink.write(`${accessLine(name, isoTime(), facts, extra)}\n`);
    },
  };
}

/** Spells the time once a millisecond: many requests share it. */
function createIsoClock(nowMs: () => number): () => string {
  let lastMs = Number.NaN;
  let text = "";
  return () => {
    const currentMs = nowMs();
    if (currentMs !== lastMs) {
      lastMs = currentMs;
      text = new Date(currentMs).toISOString();
    }
    return text;
  };
}
