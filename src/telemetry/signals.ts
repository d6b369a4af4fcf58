import type { AccessFacts } from "./access-line.ts";
import { clickSignals } from "./click-signals.ts";
import type { Log } from "./log.ts";
import { createLogThrottle } from "./log-throttle.ts";
import type { CacheName, CacheResult, LinkCreation, RedirectOutcome, StoreFailureCode, StoreFile } from "./metric-catalogue.ts";
import type { Metrics } from "./metrics.ts";
import type { RecentLatency } from "./recent.ts";
import { requestSignals } from "./request-signals.ts";
import type { SpanRecorder } from "./span-recorder.ts";
import { storeSignals } from "./store-signals.ts";
import type { TraceContext } from "./trace.ts";

/** One answered request. `level: "debug"` is for probes and metrics, whose success is no news. */
export interface RequestFacts extends AccessFacts {
  level?: "debug";
}

/**
 * One function for each business event: it counts, times and logs the event, and nothing else does. Lines of a request carry
 * its `request_id`, `trace_id` and `span_id`; lines of what requests share, such as a transaction that failed, carry none.
 */
export interface Signals {
  /** Begins a request, or continues the trace that its `traceparent` names. */
  requestStarted(traceparent: string | null): TraceContext;
  /** Every request that started ends here or in `redirectAnswered`, never in both. */
  requestAnswered(facts: RequestFacts): void;
  /** The answer to a redirect; `cacheResult` is null when the cache was not asked. */
  redirectAnswered(facts: RequestFacts, outcome: RedirectOutcome, cacheResult: CacheResult | null): void;
  /** An error nobody expected; `request` when one met it. */
  unhandled(error: unknown, request?: Pick<RequestFacts, "requestId" | "trace">): void;
  totalRequests(): number;
  /** Requests answered with 5xx. */
  errorCount(): number;

  /** One committed batch. */
  clicksCommitted(count: number, botCount: number, durationMs: number): void;
  clicksSpooled(count: number): void;
  clicksLost(count: number): void;
  /** Clicks answered and not in the store at the moment. */
  clicksHeld(count: number): void;
  clickStoreFailed(code: StoreFailureCode): void;
  /** The store takes clicks again; `replayedCount` came from the spool. */
  clickStoreRecovered(replayedCount: number): void;
  /** Clicks that wait for their roll-up. */
  rollupMeasured(lagClicks: number): void;

  linkCreated(result: LinkCreation): void;
  storeAnswered(operation: string, durationMs: number): void;
  storeFailed(operation: string, code: StoreFailureCode, cause: unknown): void;
  cacheSized(cache: CacheName, entries: number): void;
  storeFileMeasured(file: StoreFile, bytes: number): void;
  diskMeasured(freeBytes: number): void;
  /** When the public certificate expires, in milliseconds since 1970, or why it could not be read. */
  certificateSeen(seen: { readonly notAfterMs: number } | { readonly fault: string }): void;

  /** Called by the log sink; counts only, because a line about it would be dropped as well. */
  logLinesDropped(count: number): void;
  /** The log is written again after `count` lines were dropped. */
  logRecovered(count: number): void;
  started(details: Record<string, unknown>): void;
  stopping(reason: string): void;
  stopped(details: Record<string, unknown>): void;
}

export interface SignalsOptions {
  metrics: Pick<Metrics, "families" | "requestDurations">;
  log: Log;
  recent: RecentLatency;
  /** Null when no spans are exported. */
  spans: SpanRecorder | null;
  nowMs: () => number;
  monotonicMs: () => number;
}

export function createSignals(options: SignalsOptions): Signals {
  const { metrics, log } = options;
  const throttle = createLogThrottle(options.monotonicMs);
  const logLines = metrics.families.logLinesDropped.child();
  return {
    ...requestSignals(options, throttle),
    ...clickSignals(options, throttle),
    ...storeSignals(options, throttle),
    logLinesDropped: (count) => logLines.add(count),
    logRecovered: (count) => log.warn({ dropped: count }, "log lines were dropped"),
    started: (details) => log.info(details, "started"),
    stopping: (reason) => log.info({ reason }, "stopping"),
    stopped: (details) => log.info(details, "stopped"),
  };
}
