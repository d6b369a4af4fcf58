import type { LogThrottle } from "./log-throttle.ts";
import { cacheResults, redirectOutcomes, type CacheResult, type RedirectOutcome } from "./metric-catalogue.ts";
import type { RequestFacts, Signals, SignalsOptions } from "./signals.ts";

type RequestSignals = Pick<Signals, "requestStarted" | "requestAnswered" | "redirectAnswered" | "unhandled" | "totalRequests" | "errorCount">;

/** The events of requests. The hot path: everything is bound and spelled here once. */
export function requestSignals(options: SignalsOptions, throttle: LogThrottle): RequestSignals {
  const { log, recent, monotonicMs } = options;
  const { families, requestDurations } = options.metrics;
  const inFlight = families.requestsInFlight.child();
  const unhandledErrors = families.unhandledErrors.child();
  const redirects = recordOf(redirectOutcomes, (outcome) => families.redirects.child(outcome));
  const lookups = recordOf(cacheResults, (result) => families.cacheLookups.child(result));
  const redirectFields = recordOf(redirectOutcomes, (outcome) => recordOf([...cacheResults, "none"] as const, (result) => redirectMembers(outcome, result)));
  let totalRequests = 0;
  let errorCount = 0;

  const answer = (facts: RequestFacts, extra: string): void => {
    const isError = facts.status >= 500;
    inFlight.add(-1);
    totalRequests++;
    if (isError) errorCount++;
    requestDurations.observe(facts.method, facts.route, facts.status, facts.durationMs / 1000);
    recent.observe(facts.durationMs, monotonicMs(), isError);
    log.access(levelOf(facts), facts, extra);
  };

  return {
    requestStarted: () => inFlight.add(1),
    requestAnswered: (facts) => answer(facts, ""),
    redirectAnswered(facts, outcome, cacheResult) {
      redirects[outcome].add();
      if (cacheResult !== null) lookups[cacheResult].add();
      answer(facts, redirectFields[outcome][cacheResult ?? "none"]);
    },
    unhandled(error, requestId) {
      unhandledErrors.add();
      const heldBack = throttle.admit("unhandled");
      if (heldBack === null) return;
      log.error({ error, ...(requestId === undefined ? {} : { request_id: requestId }), held_back: heldBack }, "unhandled error");
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

function redirectMembers(outcome: RedirectOutcome, cacheResult: CacheResult | "none"): string {
  return `,"outcome":"${outcome}","cache":"${cacheResult}"`;
}

function recordOf<Key extends string, Value>(keys: readonly Key[], make: (key: Key) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<Key, Value>;
}
