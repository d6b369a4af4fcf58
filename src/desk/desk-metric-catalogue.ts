import type { MetricDefinition } from "../telemetry/metric-catalogue.ts";

export const tickResults = ["ok", "failed", "skipped"] as const;
export const fedResults = ["taken", "refused"] as const;
export const sentResults = ["sent", "failed", "dead"] as const;

/** A tick has five seconds, one in drills; beyond a tenth of that something is wrong. */
const tickSecondsLimits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5, 5.5];

/** Every metric of the incident desk about itself; instruments are made from this table. */
export const deskMetricCatalogue = {
  ticks: {
    name: "srenity_desk_ticks_total",
    type: "counter",
    help: "Evaluations by what became of them; skipped ones were due while another still ran, failed ones could not be stored.",
    labels: { result: tickResults },
  },
  tickDuration: { name: "srenity_desk_tick_duration_seconds", type: "histogram", help: "Time one evaluation took.", buckets: tickSecondsLimits },
  ruleFailures: { name: "srenity_desk_rule_failures_total", type: "counter", help: "Rules that could not be evaluated; their alerts stay as they were." },
  storeErrors: { name: "srenity_desk_store_errors_total", type: "counter", help: "Times that the desk's database did not take something." },
  unwatched: { name: "srenity_desk_unwatched_seconds_total", type: "counter", help: "Time that nobody watched: restarts, clock steps, sleep." },
  targetsUp: { name: "srenity_desk_targets_up", type: "gauge", help: "Targets whose last scrape was whole." },
  targets: { name: "srenity_desk_targets", type: "gauge", help: "Targets that are watched." },
  series: { name: "srenity_desk_series", type: "gauge", help: "Series in memory: scraped ones, and recorded ones.", labels: { kind: ["scraped", "recorded"] } },
  alerts: { name: "srenity_desk_alerts", type: "gauge", help: "Alerts by state.", labels: { state: ["pending", "firing"] } },
  incidents: {
    name: "srenity_desk_incidents",
    type: "gauge",
    help: "Incidents that are not over, by state.",
    labels: { state: ["open", "acknowledged", "mitigated"] },
  },
  incidentsOpened: { name: "srenity_desk_incidents_opened_total", type: "counter", help: "Incidents opened or opened again." },
  restartsSeen: { name: "srenity_desk_restarts_seen_total", type: "counter", help: "Restarts of watched instances." },
  deploysSeen: { name: "srenity_desk_deploys_seen_total", type: "counter", help: "Deploys seen or told of." },
  fedAlerts: { name: "srenity_desk_fed_alerts_total", type: "counter", help: "News of alerts that other programs told.", labels: { result: fedResults } },
  heartbeatsMissing: { name: "srenity_desk_heartbeats_missing", type: "gauge", help: "Jobs whose heartbeat is missing." },
  notifications: {
    name: "srenity_desk_notifications_total",
    type: "counter",
    help: "Attempts to send a message, by channel; dead ones were given up.",
    labels: { channel: "open", result: sentResults },
  },
  outboxWaiting: { name: "srenity_desk_outbox_waiting", type: "gauge", help: "Messages that wait to be sent." },
  outboxOldest: { name: "srenity_desk_outbox_oldest_seconds", type: "gauge", help: "Age of the oldest waiting message." },
  pings: { name: "srenity_desk_pings_total", type: "counter", help: "Calls of HEARTBEAT_URL.", labels: { result: ["ok", "failed"] } },
  requests: {
    name: "srenity_desk_http_requests_total",
    type: "counter",
    help: "Requests that the desk answered.",
    labels: { status_class: ["2xx", "3xx", "4xx", "5xx"] },
  },
  streams: { name: "srenity_desk_streams", type: "gauge", help: "Open live streams." },
  buildInfo: {
    name: "srenity_desk_build_info",
    type: "gauge",
    help: "Always 1; the labels name the running version.",
    labels: { version: "open", runtime: "open" },
  },
  cpu: { name: "process_cpu_seconds_total", type: "counter", help: "User and system CPU time of the process." },
  residentMemory: { name: "process_resident_memory_bytes", type: "gauge", help: "Resident memory of the process." },
  openFiles: { name: "process_open_fds", type: "gauge", help: "Open file descriptors of the process.", startsAbsent: true },
  startTime: { name: "process_start_time_seconds", type: "gauge", help: "Start of the process, in seconds since 1970." },
} as const satisfies Record<string, MetricDefinition>;

export type DeskMetricKey = keyof typeof deskMetricCatalogue;
