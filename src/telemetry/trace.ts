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
}

const traceIdDigits = 32;
const spanIdDigits = 16;
/** Length of version 00; a later version may append fields after a dash. */
const traceparentLength = 55;
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const requestIdPattern = /^[A-Za-z0-9._:@/+=-]{1,128}$/;

const processIds = createRandomIds((bytes) => crypto.getRandomValues(bytes));

/**
 * Continues the trace of a `traceparent` header; without a valid one begins a new trace, which nothing samples.
 *
 * @param ids source of new ids; by default the process' cryptographic generator
 */
export function continueTrace(header: string | null, ids: RandomIds = processIds): TraceContext {
  if (header === null || !isTraceparent(header)) return beginTrace(ids);
  const flags = Number.parseInt(header.slice(53, 55), 16);
  return { traceId: header.slice(3, 35), spanId: ids.hex(spanIdDigits), parentSpanId: header.slice(36, 52), isSampled: (flags & 1) === 1 };
}

/** The header to send onwards, in version 00. */
export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.isSampled ? "01" : "00"}`;
}

/** Echoes a valid `X-Request-ID` (1 to 128 of letters, digits and `._:@/+=-`), or makes one of 32 hex digits. */
export function requestIdOf(header: string | null, ids: RandomIds = processIds): string {
  return header !== null && requestIdPattern.test(header) ? header : ids.hex(traceIdDigits);
}

function isTraceparent(header: string): boolean {
  if (header.length > traceparentLength && header.startsWith("00")) return false;
  return traceparentPattern.test(header);
}

function beginTrace(ids: RandomIds): TraceContext {
  return { traceId: ids.hex(traceIdDigits), spanId: ids.hex(spanIdDigits), parentSpanId: null, isSampled: false };
}
