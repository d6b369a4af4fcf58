import type { Config } from "../config.ts";
import type { LinkDesk } from "../links/shorten.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Signals } from "../telemetry/signals.ts";
import type { Summary } from "../telemetry/summary.ts";

/** What the application is made of; it opens nothing itself. */
export interface AppParts {
  config: Config;
  desk: LinkDesk;
  signals: Signals;
  metrics: Pick<Metrics, "renderMetrics">;
  summary: { read(): Summary };
  version: string;
  /** True once the service has begun to stop: /ready then says so. */
  isStopping: () => boolean;
  /** Wall clock, in milliseconds since 1970. */
  nowMs: () => number;
  /** Steady clock, in milliseconds. */
  monotonicMs: () => number;
  /** Origin that short links begin with, without a slash at its end. */
  baseUrl: () => string;
}
