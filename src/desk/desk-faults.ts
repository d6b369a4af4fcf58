import type { Log } from "../telemetry/log.ts";
import type { LogThrottle } from "../telemetry/log-throttle.ts";
import type { DeskMetrics } from "./desk-metrics.ts";

/** Makes what notes a fault of the desk itself: counted, and logged no more than once a second. A fault is no verdict on what is watched. */
export function createFaultReport(metrics: DeskMetrics, log: Pick<Log, "error">, throttle: LogThrottle): (error: unknown) => void {
  return (error) => {
    if (/^(SQLITE_|store_)/.test(String((error as { code?: unknown }).code))) metrics.families.storeErrors.child().add();
    if (throttle.admit("fault") !== null) log.error({ error }, "the desk met a fault");
  };
}
