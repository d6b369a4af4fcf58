import type { CacheResult, RedirectOutcome } from "./metric-catalogue.ts";
import type { RequestFacts } from "./signals.ts";
import type { Sampler } from "./trace.ts";

/** How a redirect ended, as its span says; `cacheResult` is null when the cache was not asked. */
export interface RedirectFacts {
  readonly outcome: RedirectOutcome;
  readonly cacheResult: CacheResult | null;
}

/** Takes the requests that are to be seen in a tracing system. */
export interface SpanRecorder {
  readonly sampler: Sampler;
  /** Takes an answered request; `redirect` where it was one. */
  record(facts: RequestFacts, redirect: RedirectFacts | null): void;
  /** Hands over what is left, within `timeoutMs`; what then remains counts as dropped. */
  stop(timeoutMs: number): Promise<void>;
}
