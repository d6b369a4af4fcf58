import { failures, type FailureCode } from "../errors.ts";
import type { LogThrottle } from "./log-throttle.ts";
import { cacheResults, redirectOutcomes, type CacheResult, type RedirectOutcome } from "./metric-catalogue.ts";
import type { RequestFacts, Signals, SignalsOptions } from "./signals.ts";
import { continueTrace } from "./trace.ts";

type RequestSignals = Pick<Signals, "requestStarted" | "requestAnswered" | "redirectAnswered" | "unhandled" | "totalRequests" | "errorCount">;

/** The events of requests. The hot path: everything is bound and spelled here once. */
export function requestSignals(options: SignalsOptions, throttle: LogThrottle): RequestSignals {
  const { log, recent, spans, nowMs, monotonicMs } = options;
  const { families, requestDurations } = options.metrics;
  const inFlight = families.requestsInFlight.child();
  const unhandledErrors = families.unhandledErrors.child();
  const refusals = recordOf(Object.keys(failures) as FailureCode[], (code) => families.refusals.child(code));
  const redirects = recordOf(redirectOutcomes, (outcome) => families.redirects.child(outcome));
  const lookups = recordOf(cacheResults, (result) => families.cacheLookups.child(result));
  const redirectFields = recordOf(redirectOutcomes, (outcome) => recordOf([...cacheResults, "none"] as const, (result) => redirectMembers(outcome, result)));
  const sampler = spans === null ? null : spans.sampler;
  let totalRequests = 0;
  let errorCount = 0;

  const answer = (facts: RequestFacts, extra: string): void => {
    const isError = facts.status >= 500;
    inFlight.add(-1);
    totalRequests++;
    if (isError) errorCount++;
    if (facts.errorCode !== undefined) refusals[facts.errorCode].add();
    const atMs = monotonicMs();
    observe(facts, atMs);
    recent.observe(facts.durationMs, atMs, isError);
    log.access(levelOf(facts), facts, extra);
  };

  /** Where spans are exported, only their requests become exemplars: the trace of another one would not be found. */
  const observe = ({ method, route, status, durationMs, trace }: RequestFacts, atMs: number): void => {
    const histogram = requestDurations.histogramOf(method, route, status);
    const bucket = histogram.observe(durationMs / 1000);
    const { exemplars } = histogram;
    if (exemplars === null || (spans !== null && trace.storeCalls === null) || !exemplars.isWanted(bucket, atMs)) return;
    exemplars.keep(bucket, atMs, { traceId: trace.traceId, value: Math.max(0, durationMs / 1000), atS: nowMs() / 1000 });
  };

  return {
    requestStarted(traceparent) {
      inFlight.add(1);
      const trace = continueTrace(traceparent, sampler);
      if (trace.isSampled && spans !== null) trace.storeCalls = [];
      return trace;
    },
    requestAnswered(facts) {
      answer(facts, "");
      if (facts.trace.storeCalls !== null) spans?.record(facts, null);
    },
    redirectAnswered(facts, outcome, cacheResult) {
      redirects[outcome].add();
      if (cacheResult !== null) lookups[cacheResult].add();
      answer(facts, redirectFields[outcome][cacheResult ?? "none"]);
      if (facts.trace.storeCalls !== null) spans?.record(facts, { outcome, cacheResult });
    },
    unhandled(error, request) {
      unhandledErrors.add();
      const heldBack = throttle.admit("unhandled");
      if (heldBack === null) return;
      log.error({ error, ...(request === undefined ? {} : idsOf(request)), held_back: heldBack }, "unhandled error");
    },
    totalRequests: () => totalRequests,
    errorCount: () => errorCount,
  };
}

/** An unknown or retired link is a good answer; other refusals are worth a look; a failing probe is no failed request. */
function levelOf(facts: RequestFacts): "debug" | "info" | "warn" | "error" {
  const { status, level } = facts;
  if (status >= 500) return level === "debug" ? "warn" : "error";
  if (level === "debug") return "debug";
  return status >= 400 && status !== 404 && status !== 410 ? "warn" : "info";
}

function idsOf({ requestId, trace }: Pick<RequestFacts, "requestId" | "trace">): Record<string, string> {
  return { request_id: requestId, trace_id: trace.traceId, span_id: trace.spanId };
}

function redirectMembers(outcome: RedirectOutcome, cacheResult: CacheResult | "none"): string {
  return `,"outcome":"${outcome}","cache":"${cacheResult}"`;
}

function recordOf<Key extends string, Value>(keys: readonly Key[], make: (key: Key) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<Key, Value>;
}
