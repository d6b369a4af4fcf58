import type { RequestFacts } from "./signals.ts";
import type { RedirectFacts } from "./span-recorder.ts";
import { newSpanId, type StoreCall } from "./trace.ts";

/** What is known of an answered request. */
export interface AnsweredRequest {
  facts: RequestFacts;
  redirect: RedirectFacts | null;
  /** The moment of the answer by both clocks, in milliseconds: store calls are timed by the monotonic one. */
  nowMs: number;
  monotonicMs: number;
}

// Numbers of the protocol (opentelemetry/proto/trace/v1/trace.proto).
const kindInternal = 1;
const kindServer = 2;
const statusError = 2;
const flagSampled = 0x01;
const flagHasRemote = 0x100;
const flagIsRemote = 0x200;

/** Most characters of an attribute. */
const attributeLimitLength = 1_024;

const knownMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"]);

/**
 * Writes the spans of one request as OTLP/JSON: one of the server, named after its method and route, and one for each call of the
 * store. Attributes follow OpenTelemetry's conventions for HTTP servers; our own begin with `srenity.`.
 */
export function encodeSpans(answered: AnsweredRequest): string[] {
  const { facts, nowMs, monotonicMs } = answered;
  const startMs = nowMs - Math.max(0, facts.durationMs);
  const wallOf = (atMs: number): number => (Number.isNaN(atMs) ? nowMs : Math.min(nowMs, Math.max(startMs, nowMs - (monotonicMs - atMs))));
  const calls = facts.trace.storeCalls ?? [];
  return [JSON.stringify(serverSpan(answered, startMs)), ...calls.map((call) => JSON.stringify(storeSpan(facts, call, wallOf)))];
}

/** The body of a request to `/v1/traces`. */
export function encodeBatch(spans: readonly string[], resource: Record<string, string>, version: string): string {
  const described = JSON.stringify({ attributes: attributesOf(resource) });
  const scope = JSON.stringify({ name: "srenity", version });
  return `{"resourceSpans":[{"resource":${described},"scopeSpans":[{"scope":${scope},"spans":[${spans.join(",")}]}]}]}`;
}

function serverSpan({ facts, redirect, nowMs }: AnsweredRequest, startMs: number): object {
  const { method, route, status, errorCode, trace } = facts;
  const isKnown = knownMethods.has(method);
  const isRouted = route.startsWith("/");
  const verb = isKnown ? method : "HTTP";
  const isFailed = status >= 500;
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentSpanId === null ? {} : { parentSpanId: trace.parentSpanId }),
    flags: flagSampled | flagHasRemote | (trace.parentSpanId === null ? 0 : flagIsRemote),
    name: isRouted ? `${verb} ${route}` : verb,
    kind: kindServer,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(nowMs),
    attributes: attributesOf({
      "http.request.method": isKnown ? method : "_OTHER",
      "http.request.method_original": isKnown ? null : method,
      "http.route": isRouted ? route : null,
      "http.response.status_code": status,
      "http.response.body.size": facts.bytes,
      "url.path": facts.path,
      "url.scheme": "http",
      "client.address": facts.clientAddress,
      "user_agent.original": facts.userAgent,
      "error.type": isFailed ? (errorCode ?? String(status)) : null,
      "srenity.request_id": facts.requestId,
      "srenity.error_code": errorCode ?? null,
      "srenity.redirect.outcome": redirect?.outcome ?? null,
      "srenity.redirect.cache": redirect?.cacheResult ?? null,
    }),
    status: isFailed ? { code: statusError } : {},
  };
}

function storeSpan({ trace }: RequestFacts, { operation, startedMs, endedMs, hasFailed }: StoreCall, wallOf: (atMs: number) => number): object {
  return {
    traceId: trace.traceId,
    spanId: newSpanId(),
    parentSpanId: trace.spanId,
    flags: flagSampled | flagHasRemote,
    name: `store ${operation}`,
    kind: kindInternal,
    startTimeUnixNano: nanoseconds(wallOf(startedMs)),
    endTimeUnixNano: nanoseconds(wallOf(endedMs)),
    attributes: attributesOf({ "db.operation.name": operation }),
    status: hasFailed ? { code: statusError } : {},
  };
}

/** The protocol's list of attributes; those that are null are left out. 64-bit numbers are texts in its JSON. */
function attributesOf(values: Record<string, string | number | null>): object[] {
  const attributes: object[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value === null) continue;
    attributes.push({ key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value.slice(0, attributeLimitLength) } });
  }
  return attributes;
}

/** Whole microseconds, so that the product stays exact. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1_000)}000`;
}
