import { createRandomIds, type RandomIds } from "./random-ids.ts";

/** Where a request stands in its trace (W3C Trace Context). */
export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits: this service's own span. */
  spanId: string;
  /** The caller's span; null when the trace begins here. */
  parentSpanId: string | null;
  isSampled: boolean;
  /** Calls of the store on behalf of the request, which become spans; null when nothing is exported of it. */
  storeCalls: StoreCall[] | null;
}

/** One call of the store; times are monotonic, in milliseconds. */
export interface StoreCall {
  /** Such as `links.find`. */
  operation: string;
  startedMs: number;
  endedMs: number;
  hasFailed: boolean;
}

/** Decides for a trace that begins here whether it is sampled. */
export type Sampler = (traceId: string) => boolean;

const traceIdDigits = 32;
const spanIdDigits = 16;
/** Length of version 00; a later version may append fields after a dash. */
const traceparentLength = 55;
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const requestIdPattern = /^[A-Za-z0-9._:@/+=-]{1,128}$/;

const processIds = createRandomIds((bytes) => crypto.getRandomValues(bytes));

/**
 * Continues the trace of a `traceparent` header, and its caller's decision to sample it; without a valid one begins a trace.
 *
 * @param sampler decides for a trace that begins here; without one it is not sampled
 * @param ids source of new ids; by default the process' cryptographic generator
 */
export function continueTrace(header: string | null, sampler: Sampler | null = null, ids: RandomIds = processIds): TraceContext {
  if (header === null || !isTraceparent(header)) return beginTrace(sampler, ids);
  const flags = Number.parseInt(header.slice(53, 55), 16);
  const isSampled = (flags & 1) === 1;
  return { traceId: header.slice(3, 35), spanId: ids.hex(spanIdDigits), parentSpanId: header.slice(36, 52), isSampled, storeCalls: null };
}

/** A new span id, 16 hex digits. */
export function newSpanId(): string {
  return processIds.hex(spanIdDigits);
}

/** The header to send onwards, in version 00. */
export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.isSampled ? "01" : "00"}`;
}

/**
 * Echoes a valid `X-Request-ID` (1 to 128 of letters, digits and `._:@/+=-`). Otherwise a trace that begins with this request
 * names it, so that the answer tells its client the trace; within a caller's trace, which may hold many requests, a new id does.
 */
export function requestIdOf(header: string | null, trace: Pick<TraceContext, "traceId" | "parentSpanId">, ids: RandomIds = processIds): string {
  if (header !== null && requestIdPattern.test(header)) return header;
  return trace.parentSpanId === null ? trace.traceId : ids.hex(traceIdDigits);
}

function isTraceparent(header: string): boolean {
  if (header.length > traceparentLength && header.startsWith("00")) return false;
  return traceparentPattern.test(header);
}

function beginTrace(sampler: Sampler | null, ids: RandomIds): TraceContext {
  const traceId = ids.hex(traceIdDigits);
  return { traceId, spanId: ids.hex(spanIdDigits), parentSpanId: null, isSampled: sampler !== null && sampler(traceId), storeCalls: null };
}
