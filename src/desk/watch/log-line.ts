import { cleanText } from "./clean-text.ts";

/** One line of a target's log. Texts are foreign: without control characters, of bounded length, with markup left in. */
export interface LogLine {
  /** Number of the line since the tail began; grows. */
  readonly sequence: number;
  /** In milliseconds since 1970. */
  readonly atMs: number;
  /** `unknown` for a line that does not say, or is no JSON. */
  readonly level: LogLevel;
  readonly message: string;
  readonly route: string | null;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  /** The line as it was written; JSON unless `isForeign`. */
  readonly raw: string;
  readonly isForeign: boolean;
}

export const logLevels = ["unknown", "trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Levels as pino and bunyan number them. */
const numberedLevels: Readonly<Record<number, LogLevel>> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };

/** Most characters of a message, of a route, an id or a code, and of a line that is no JSON. */
const messageLengthMost = 1_024;
const fieldLengthMost = 200;
const foreignLengthMost = 2_048;
/** How far ahead of us the clock of a line may be before the time of its arrival counts instead, in milliseconds. */
const aheadMostMs = 86_400_000;

export interface Arrival {
  readonly sequence: number;
  /** When the line was read, in milliseconds since 1970: its time when it does not say. */
  readonly atMs: number;
}

/** Reads one line of a log; what is no JSON object is kept as text, and a field of the wrong type counts as absent. */
export function readLogLine(text: string, arrival: Arrival): LogLine {
  const fields = readFields(text);
  if (fields === null) return foreignLine(text, arrival);
  const status = fields["status"];
  return {
    sequence: arrival.sequence,
    atMs: timeOf(fields["time"], arrival.atMs),
    level: levelOf(fields["level"]),
    message: textOf(fields["msg"] ?? fields["message"], messageLengthMost) ?? "",
    route: textOf(fields["route"], fieldLengthMost),
    status: Number.isInteger(status) ? (status as number) : null,
    errorCode: textOf(fields["error_code"], fieldLengthMost),
    requestId: textOf(fields["request_id"], fieldLengthMost),
    traceId: textOf(fields["trace_id"], fieldLengthMost),
    raw: text,
    isForeign: false,
  };
}

/** Every field of a line, for a page that shows it whole. Values are foreign and not cleaned. */
export function readFields(text: string): Record<string, unknown> | null {
  if (!text.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function foreignLine(text: string, { sequence, atMs }: Arrival): LogLine {
  const raw = cleanText(text, foreignLengthMost);
  const nothing = { route: null, status: null, errorCode: null, requestId: null, traceId: null };
  return { sequence, atMs, level: "unknown", message: cleanText(raw, messageLengthMost), ...nothing, raw, isForeign: true };
}

function levelOf(value: unknown): LogLevel {
  if (typeof value === "number") return numberedLevels[value] ?? "unknown";
  return logLevels.find((level) => level === value) ?? "unknown";
}

function timeOf(value: unknown, arrivedAtMs: number): number {
  const timeMs = typeof value === "string" ? Date.parse(value) : value;
  return typeof timeMs === "number" && timeMs >= 0 && timeMs <= arrivedAtMs + aheadMostMs ? timeMs : arrivedAtMs;
}

function textOf(value: unknown, lengthMost: number): string | null {
  return typeof value === "string" && value !== "" ? cleanText(value, lengthMost) : null;
}
