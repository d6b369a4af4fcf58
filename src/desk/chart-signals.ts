import type { Recording } from "../alerting/burn-rate.ts";
import { binary, type Expression, highest, overTime, quantile, rate, series, share, sum } from "../alerting/expression.ts";
import { probeRoutes } from "../alerting/objectives.ts";

const minuteS = 60;
const durations = "srenity_http_request_duration_seconds";
const asked = { route: `!~ ${probeRoutes.join("|")}` };
const each = ["job", "instance"] as const;

const requests = (where: Record<string, string>, by?: readonly string[]): Expression =>
  sum(rate(series(`${durations}_count`, { ...asked, ...where }), minuteS), by);
const latency = (shareBelow: number): Expression => quantile(shareBelow, sum(rate(series(`${durations}_bucket`, asked), minuteS), ["job", "le"]));
const storeLatency = quantile(0.99, sum(rate(series("srenity_store_operation_duration_seconds_bucket"), minuteS), ["job", "le"]));
const perSecond = (metric: string, where: Record<string, string> = {}, by?: readonly string[]): Expression => sum(rate(series(metric, where), minuteS), by);

const signal = (name: string, expression: Expression): Recording => ({ record: `signal:${name}`, labels: {}, expression, isSeldom: false });

/** What the desk's charts draw, recorded at every evaluation; a name ends in its unit. */
export const chartSignals: readonly Recording[] = [
  signal("latency_p50:seconds", latency(0.5)),
  signal("latency_p95:seconds", latency(0.95)),
  signal("latency_p99:seconds", latency(0.99)),
  signal("traffic:per_second", requests({}, ["job", "route"])),
  signal("errors_5xx:share", share(requests({ status_class: "5xx" }), requests({}))),
  signal("errors_4xx:share", share(requests({ status_class: "4xx" }), requests({}))),
  signal("failing_route:per_second", binary(requests({ status_class: "5xx" }, ["job", "route"]), ">", 0)),
  signal("refusals:per_second", binary(perSecond("srenity_http_refusals_total", {}, ["job", "code"]), ">", 0)),
  signal("cpu:cores", sum(rate(series("process_cpu_seconds_total", { job: "link-service" }), minuteS), each)),
  signal("memory:bytes", highest(series("process_resident_memory_bytes", { job: "link-service" }), each)),
  signal("event_loop_lag_max:seconds", highest(series("srenity_event_loop_lag_max_seconds"), each)),
  signal("in_flight:count", sum(series("srenity_http_requests_in_flight"))),
  signal("redirects:per_second", perSecond("srenity_redirects_total", {}, ["job", "outcome"])),
  signal("cache_hits:share", share(perSecond("srenity_cache_lookups_total", { result: "=~ hit|negative_hit" }), perSecond("srenity_cache_lookups_total"))),
  signal("clicks_committed:per_second", perSecond("srenity_clicks_committed_total")),
  signal("clicks_held:count", sum(series("srenity_clicks_held"))),
  signal("store_p99:seconds", storeLatency),
  signal("store_errors:per_second", perSecond("srenity_store_errors_total", {}, ["job", "code"])),
  signal("disk_free:bytes", highest(series("srenity_disk_free_bytes"), each)),
  signal("up:count", sum(series("up"), each)),
  signal("probe_success:share", binary(sum(overTime("avg_over_time", series("probe_success"), minuteS), [...each, "probe"]), "*", 1)),
];
