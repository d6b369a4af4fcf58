import { failures, type FailureCode } from "../errors.ts";

/** What one metric is called, means and is labelled with. `"open"` labels take any value code gives, up to a limit. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels?: Readonly<Record<string, readonly string[] | "open">>;
  /** Upper limits of a histogram's buckets, in the unit of its name. */
  readonly buckets?: readonly number[];
  /** Shows the trace of a recent request in each bucket, where the reader takes OpenMetrics. */
  readonly hasExemplars?: true;
  /** Without a sample until its value is known: a zero would be a false alarm. */
  readonly startsAbsent?: true;
  /** Exposed only with LEGACY_METRICS. */
  readonly isLegacy?: true;
}

/** Methods told apart; every other one counts as `other`. */
export const countedMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"] as const;

export const statusClasses = ["2xx", "3xx", "4xx", "5xx"] as const;

/** How a redirect ended; `refused` is a 503 because its click could not be kept. */
export const redirectOutcomes = ["found", "not_found", "inactive", "expired", "used_up", "refused"] as const;
export type RedirectOutcome = (typeof redirectOutcomes)[number];

/** `negative_hit`: the cache knew that there is no such link. */
export const cacheResults = ["hit", "miss", "negative_hit"] as const;
export type CacheResult = (typeof cacheResults)[number];

export const cacheNames = ["links", "unknown_codes"] as const;
export type CacheName = (typeof cacheNames)[number];

export const linkCreations = ["created", "duplicate"] as const;
export type LinkCreation = (typeof linkCreations)[number];

export const storeFiles = ["database", "wal", "spool"] as const;
export type StoreFile = (typeof storeFiles)[number];

export type StoreFailureCode = Extract<FailureCode, `store_${string}`>;
export const storeFailureCodes = Object.keys(failures).filter((code): code is StoreFailureCode => code.startsWith("store_"));

export const spanResults = ["sent", "dropped"] as const;

// No limit is a whole number: Prometheus 3 rewrites le="1" to le="1.0", and rules that name it would find nothing.
const requestSecondsLimits = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5, 5.5];
const storeSecondsLimits = [0.0001, 0.0005, 0.0025, 0.01, 0.05, 0.25, 1.5, 5.5];
const lagSecondsLimits = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5];
const batchSizeLimits = [1.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 1000.5];

/** Every metric of the link service; instruments and `docs/metrics.md` are made from this table. */
export const metricCatalogue = {
  requestDuration: {
    name: "srenity_http_request_duration_seconds",
    type: "histogram",
    help: "Time from the arrival of a request to its answer, by method, route template and status class.",
    labels: { method: countedMethods, route: "open", status_class: statusClasses },
    buckets: requestSecondsLimits,
    hasExemplars: true,
  },
  refusals: {
    name: "srenity_http_refusals_total",
    type: "counter",
    help: "Requests answered with a failure, by its code.",
    labels: { code: Object.keys(failures) },
  },
  requestsInFlight: { name: "srenity_http_requests_in_flight", type: "gauge", help: "Requests that have arrived and are not answered yet." },
  redirects: {
    name: "srenity_redirects_total",
    type: "counter",
    help: "Redirect requests by outcome; refused means 503 because the click could not be kept.",
    labels: { outcome: redirectOutcomes },
  },
  cacheLookups: {
    name: "srenity_cache_lookups_total",
    type: "counter",
    help: "Lookups in the redirect cache; negative_hit found that the code is unknown.",
    labels: { result: cacheResults },
  },
  cacheEntries: { name: "srenity_cache_entries", type: "gauge", help: "Entries held in the redirect caches.", labels: { cache: cacheNames } },
  clicksCommitted: { name: "srenity_clicks_committed_total", type: "counter", help: "Clicks committed to the store." },
  clicksSpooled: { name: "srenity_clicks_spooled_total", type: "counter", help: "Clicks written to the spool because the store could not take them." },
  clicksLost: {
    name: "srenity_clicks_lost_total",
    type: "counter",
    help: "Answered clicks that were neither committed nor spooled; anything but 0 breaks a promise.",
  },
  clicksHeld: { name: "srenity_clicks_held", type: "gauge", help: "Clicks answered and not yet in the store: in the spool or in memory." },
  botClicks: { name: "srenity_bot_clicks_total", type: "counter", help: "Committed clicks of known bots." },
  clickBatchSize: { name: "srenity_click_batch_size", type: "histogram", help: "Clicks per committed batch.", buckets: batchSizeLimits },
  clickCommitDuration: {
    name: "srenity_click_commit_duration_seconds",
    type: "histogram",
    help: "Time to commit one batch of clicks.",
    buckets: storeSecondsLimits,
  },
  rollupLag: { name: "srenity_rollup_lag_clicks", type: "gauge", help: "Clicks committed and not yet rolled up into statistics." },
  linksCreated: {
    name: "srenity_links_created_total",
    type: "counter",
    help: "Links asked for; duplicate returned the owner's existing link.",
    labels: { result: linkCreations },
  },
  storeDuration: {
    name: "srenity_store_operation_duration_seconds",
    type: "histogram",
    help: "Time a store operation took, by operation.",
    labels: { operation: "open" },
    buckets: storeSecondsLimits,
  },
  storeErrors: {
    name: "srenity_store_errors_total",
    type: "counter",
    help: "Store operations that failed, by failure code.",
    labels: { code: storeFailureCodes },
  },
  storeFileSize: {
    name: "srenity_store_file_bytes",
    type: "gauge",
    help: "Size of the files of the embedded store.",
    labels: { file: storeFiles },
    startsAbsent: true,
  },
  diskFree: { name: "srenity_disk_free_bytes", type: "gauge", help: "Free space on the file system of the data folder.", startsAbsent: true },
  certificateNotAfter: {
    name: "srenity_certificate_not_after_seconds",
    type: "gauge",
    help: "When the certificate that BASE_URL presents expires, in seconds since 1970; there when BASE_URL is https and answers.",
    startsAbsent: true,
  },
  spansExported: {
    name: "srenity_spans_exported_total",
    type: "counter",
    help: "Spans given to the OTLP exporter, by what became of them; dropped ones found the queue full or no receiver that took them.",
    labels: { result: spanResults },
  },
  logLinesDropped: { name: "srenity_log_lines_dropped_total", type: "counter", help: "Log lines given up because their reader was stuck or their disk full." },
  eventLoopLag: {
    name: "srenity_event_loop_lag_seconds",
    type: "histogram",
    help: "How late a 50 ms timer of the serving thread fired.",
    buckets: lagSecondsLimits,
  },
  eventLoopLagMax: {
    name: "srenity_event_loop_lag_max_seconds",
    type: "gauge",
    help: "Longest lag of the serving thread in the last minute; a single stall shows here and not in a quantile.",
  },
  unhandledErrors: { name: "srenity_unhandled_errors_total", type: "counter", help: "Errors no code expected: answered with 500, or caught by the process." },
  buildInfo: {
    name: "srenity_build_info",
    type: "gauge",
    help: "Always 1; the labels name the running version.",
    labels: { version: "open", runtime: "open" },
  },
  cpuUser: { name: "process_cpu_user_seconds_total", type: "counter", help: "User CPU time of the process." },
  cpuSystem: { name: "process_cpu_system_seconds_total", type: "counter", help: "System CPU time of the process." },
  cpu: { name: "process_cpu_seconds_total", type: "counter", help: "User and system CPU time of the process." },
  residentMemory: { name: "process_resident_memory_bytes", type: "gauge", help: "Resident memory of the process." },
  openFiles: { name: "process_open_fds", type: "gauge", help: "Open file descriptors of the process.", startsAbsent: true },
  openFilesLimit: { name: "process_max_fds", type: "gauge", help: "Most file descriptors the process may open.", startsAbsent: true },
  startTime: { name: "process_start_time_seconds", type: "gauge", help: "Start of the process, in seconds since 1970." },
  legacyCpuPercent: { name: "flask_app_cpu_percent", type: "gauge", help: "Old name: CPU of the process, in percent of one core.", isLegacy: true },
  legacyMemoryPercent: {
    name: "flask_app_memory_percent",
    type: "gauge",
    help: "Old name: resident memory, in percent of what the process may use.",
    isLegacy: true,
  },
  legacyUptime: { name: "flask_app_uptime_seconds", type: "gauge", help: "Old name: seconds since the start.", isLegacy: true },
  legacyRequests: { name: "flask_app_total_requests", type: "gauge", help: "Old name: requests answered since the start.", isLegacy: true },
  legacyErrors: { name: "flask_app_error_count", type: "gauge", help: "Old name: requests answered with 5xx since the start.", isLegacy: true },
  legacyErrorRate: { name: "flask_app_error_rate", type: "gauge", help: "Old name: share of requests answered with 5xx, from 0 to 1.", isLegacy: true },
  legacyLatency: { name: "flask_app_avg_latency_ms", type: "gauge", help: "Old name: mean latency of the last five minutes, in milliseconds.", isLegacy: true },
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof metricCatalogue;
