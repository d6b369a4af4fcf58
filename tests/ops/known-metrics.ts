import { allAlerts, ruleGroups } from "../../src/alerting/rules.ts";
import { type MetricDefinition, metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";

export interface KnownMetric {
  readonly isCounter: boolean;
  /** Label names, with the values each can take where those are a closed set. */
  readonly labels: Readonly<Record<string, readonly string[] | "open">>;
}

/** Labels of what Prometheus and Alertmanager expose and the boards read; whether they exist is asked of the real ones. */
export const foreignMetrics: Readonly<Record<string, readonly string[]>> = {
  up: [],
  scrape_duration_seconds: [],
  scrape_samples_scraped: [],
  ALERTS: ["alertname", "alertstate", "severity", "service", "slo"],
  prometheus_rule_group_last_duration_seconds: ["rule_group"],
  prometheus_rule_group_interval_seconds: ["rule_group"],
  prometheus_rule_group_iterations_missed_total: ["rule_group"],
  prometheus_rule_evaluation_failures_total: ["rule_group"],
  prometheus_notifications_errors_total: ["alertmanager"],
  prometheus_notifications_dropped_total: [],
  prometheus_notifications_sent_total: ["alertmanager"],
  prometheus_notifications_alertmanagers_discovered: [],
  prometheus_notifications_queue_length: [],
  prometheus_notifications_latency_seconds: ["alertmanager", "quantile"],
  prometheus_config_last_reload_successful: [],
  prometheus_tsdb_head_series: [],
  alertmanager_alerts: ["state"],
  alertmanager_alerts_received_total: ["status", "version"],
  alertmanager_silences: ["state"],
  alertmanager_notifications_total: ["integration"],
  alertmanager_notifications_failed_total: ["integration"],
  alertmanager_notification_requests_failed_total: ["integration"],
  alertmanager_notification_latency_seconds_bucket: ["integration", "le"],
  alertmanager_config_last_reload_successful: [],
};

const open = (names: readonly string[]): KnownMetric["labels"] => Object.fromEntries(names.map((name) => [name, "open"]));

/** Series that a metric of the service consists of. */
function seriesOf({ name, type, labels = {}, buckets = [] }: MetricDefinition): [string, KnownMetric][] {
  if (type !== "histogram") return [[name, { isCounter: type === "counter", labels }]];
  const limits = [...buckets.map(String), "+Inf"];
  return [
    [`${name}_bucket`, { isCounter: true, labels: { ...labels, le: limits } }],
    [`${name}_sum`, { isCounter: true, labels }],
    [`${name}_count`, { isCounter: true, labels }],
  ];
}

/** Every series that a board may read, by name; `job` and `instance` are not listed. */
export function knownMetrics(): ReadonlyMap<string, KnownMetric> {
  const foreign = Object.entries(foreignMetrics).map(([name, labels]): [string, KnownMetric] => [
    name,
    { isCounter: /_(total|bucket|sum|count)$/.test(name), labels: open(labels) },
  ]);
  const alerts: KnownMetric["labels"] = {
    ...open(foreignMetrics["ALERTS"] ?? []),
    alertname: allAlerts().map(({ name }) => name),
    alertstate: ["pending", "firing"],
    severity: ["page", "ticket", "heartbeat"],
  };
  const recordings = ruleGroups().flatMap((group) => group.recordings);
  const recorded = recordings.map(({ record, labels }): [string, KnownMetric] => [record, { isCounter: false, labels: open(Object.keys(labels)) }]);
  return new Map([...Object.values(metricCatalogue).flatMap(seriesOf), ...foreign, ["ALERTS", { isCounter: false, labels: alerts }], ...recorded]);
}
