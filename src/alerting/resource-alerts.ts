import type { AlertDefinition } from "./alert-definition.ts";
import { allOf, binary, highest, increase, lowest, overTime, predictLinear, rate, series, share, sum, time } from "./expression.ts";

const minuteS = 60;
const hourS = 3_600;
const dayS = 86_400;

const each = ["job", "instance"] as const;
const storeSeconds = "srenity_store_operation_duration_seconds";
const diskFree = series("srenity_disk_free_bytes");

/** Alerts on what the service needs: processor, memory, event loop, store, disk, certificate. */
export const resourceAlerts: readonly AlertDefinition[] = [
  {
    name: "HighCpu",
    severity: "ticket",
    service: "link-service",
    condition: binary(sum(rate(series("process_cpu_seconds_total", { job: "link-service" }), 5 * minuteS), each), ">", 0.9),
    measure: "used, on average over five minutes",
    limit: { value: 0.9, unit: "cores", side: "above" },
    forS: 10 * minuteS,
    keepFiringS: 10 * minuteS,
    summary: "The link service uses a whole core",
    impact: "None yet; at a full core requests queue and latency rises.",
    action: "Compare with traffic: if it did not rise, profile; if it did, add an instance.",
    board: "golden-signals",
  },
  {
    name: "HighMemory",
    severity: "ticket",
    service: "link-service",
    condition: binary(highest(series("process_resident_memory_bytes", { job: "link-service" }), each), ">", 536_870_912),
    measure: "of resident memory",
    limit: { value: 536_870_912, unit: "bytes", side: "above" },
    forS: 10 * minuteS,
    keepFiringS: 10 * minuteS,
    summary: "The link service holds more than 512 MiB of memory",
    impact: "None yet; when the system runs out it kills the service.",
    action: "See whether memory grows steadily (a leak: restart in a calm hour) or with CACHE_ENTRIES and imports.",
    board: "golden-signals",
  },
  {
    name: "EventLoopStalled",
    severity: "ticket",
    service: "link-service",
    condition: binary(highest(series("srenity_event_loop_lag_max_seconds"), each), ">", 0.25),
    measure: "without serving, at the longest of the last minute",
    limit: { value: 0.25, unit: "seconds", side: "above" },
    forS: 0,
    keepFiringS: 5 * minuteS,
    summary: "The serving thread stood still for more than 250 ms",
    impact: "Every request that arrived meanwhile waited that long.",
    action: "Look for what happened at that second: a suspended process, a slow disk, an import, a full machine.",
    board: "golden-signals",
  },
  {
    name: "StoreErrors",
    severity: "ticket",
    service: "link-service",
    condition: binary(sum(increase(series("srenity_store_errors_total"), 5 * minuteS), ["job", "code"]), ">", 0),
    measure: "failed operations in five minutes",
    limit: { value: 0, unit: "count", side: "above" },
    forS: minuteS,
    keepFiringS: 5 * minuteS,
    summary: "The store refuses operations",
    impact: "Writes get 503; cached links go on redirecting and their clicks wait in the spool.",
    action: "The label code says why: locked (store_busy), full (store_full), damaged (store_damaged), away (store_unavailable).",
    board: "store",
  },
  {
    name: "StoreSlow",
    severity: "ticket",
    service: "link-service",
    condition: allOf(
      binary(
        share(
          binary(sum(rate(series(`${storeSeconds}_count`), 5 * minuteS)), "-", sum(rate(series(`${storeSeconds}_bucket`, { le: "0.05" }), 5 * minuteS))),
          sum(rate(series(`${storeSeconds}_count`), 5 * minuteS)),
        ),
        ">",
        0.05,
      ),
      binary(sum(increase(series(`${storeSeconds}_count`), 5 * minuteS)), ">=", 50),
    ),
    measure: "of the operations took more than 50 ms",
    limit: { value: 0.05, unit: "share", side: "above" },
    forS: 5 * minuteS,
    keepFiringS: 5 * minuteS,
    summary: "More than 5 % of the store's operations take over 50 ms",
    impact: "Creating and listing links is slow; redirects of links outside the cache hesitate.",
    action: "Look at the slow operation on the board, then at the disk and at other processes that use it.",
    board: "store",
  },
  {
    name: "DiskFilling",
    severity: "ticket",
    service: "link-service",
    condition: allOf(
      binary(lowest(predictLinear(diskFree, 6 * hourS, dayS), each), "<", 0),
      // An hour of history, or the first minutes of an import look like the end of the disk.
      binary(lowest(series("srenity_disk_free_bytes", {}, hourS), each), ">", 0),
    ),
    measure: "free in 24 hours, if it goes on like this",
    limit: { value: 0, unit: "bytes", side: "below" },
    forS: 30 * minuteS,
    keepFiringS: 30 * minuteS,
    summary: "The disk of the data folder is full within 24 hours",
    impact: "None yet; on a full disk writes get 503 and clicks wait in memory.",
    action: "Free space or grow the disk; see what grows: the database, the spool, logs or something else.",
    board: "store",
  },
  {
    name: "ClicksNotCommitted",
    severity: "page",
    service: "link-service",
    condition: binary(
      binary(sum(overTime("min_over_time", series("srenity_clicks_held"), minuteS)), "+", sum(increase(series("srenity_clicks_lost_total"), 10 * minuteS))),
      ">",
      0,
    ),
    measure: "clicks that are not in the store",
    limit: { value: 0, unit: "count", side: "above" },
    forS: 5 * minuteS,
    keepFiringS: 5 * minuteS,
    summary: "Answered clicks are not in the store",
    impact: "Links redirect, but statistics stand still; clicks wait in the spool, whose room is bounded.",
    action: "Mend the store; the spool is shipped by itself, exactly once. Do not delete spool.db.",
    board: "store",
  },
  {
    name: "CertificateExpiring",
    severity: "ticket",
    service: "link-service",
    condition: binary(binary(lowest(series("srenity_certificate_not_after_seconds")), "-", time), "<", 14 * dayS),
    measure: "until the certificate expires",
    limit: { value: 14 * dayS, unit: "seconds", side: "below" },
    forS: 10 * minuteS,
    keepFiringS: 10 * minuteS,
    summary: "The certificate of BASE_URL expires within 14 days",
    impact: "None yet; after that every short link shows a browser warning.",
    action: "Renew the certificate on the proxy, and find out why it was not renewed by itself.",
    board: "golden-signals",
  },
];
