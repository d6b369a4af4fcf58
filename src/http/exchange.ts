import type { FailureCode } from "../errors.ts";
import type { TraceContext } from "../telemetry/trace.ts";
import type { Caller } from "./auth.ts";
import type { Reply } from "./reply.ts";

/** The route of a request that no operation answers. */
export const unmatchedRoute = "unmatched";

/** One request on its way through the application. The route and the caller become known on the way. */
export interface Exchange {
  readonly request: Request;
  readonly requestId: string;
  readonly trace: TraceContext;
  /** The path as sent, without its query. */
  readonly path: string;
  /** The query with its question mark, or an empty text. */
  readonly search: string;
  /** Template of the matched route, such as `/users/:id`; `unmatchedRoute` until one is found. */
  route: string;
  /** Probes are logged at debug only. */
  isProbe: boolean;
  caller: Caller | null;
  /** The code of the failure the request ended with. */
  errorCode?: FailureCode;
  reply: Reply | null;
}

/** Splits a request's address without parsing it: this runs for every request. */
export function splitAddress(address: string): { path: string; search: string } {
  const start = address.indexOf("/", address.indexOf("//") + 2);
  if (start === -1) return { path: "/", search: "" };
  const hash = address.indexOf("#", start);
  const end = hash === -1 ? address.length : hash;
  const mark = address.indexOf("?", start);
  if (mark === -1 || mark > end) return { path: address.slice(start, end), search: "" };
  return { path: address.slice(start, mark), search: address.slice(mark, end) };
}
