import type { AlertDefinition } from "./alert-definition.ts";
import { absent, anyOf, binary, highest, increase, lowest, rate, series, sum } from "./expression.ts";

const minuteS = 60;

const prometheus = { job: "prometheus" };
const alertmanager = { job: "alertmanager" };
const alertmanagerUp = series("up", alertmanager);

/** Alerts on the alerting itself: Prometheus, Alertmanager and the way to people. */
export const monitoringAlerts: readonly AlertDefinition[] = [
  {
    name: "Watchdog",
    severity: "heartbeat",
    service: "monitoring",
    condition: binary(sum(series("up", prometheus)), ">=", 0),
    measure: "instances of Prometheus that answer",
    limit: { value: 0, unit: "count", side: "above" },
    forS: 0,
    keepFiringS: 0,
    summary: "Alerting works: this alert always fires",
    impact: "None. When it stops arriving, nothing else arrives either.",
    action: "If its receiver reports silence, check Prometheus, then Alertmanager, then the network between.",
    board: "alerting",
  },
  {
    name: "MailFailing",
    severity: "page",
    service: "monitoring",
    condition: binary(sum(increase(series("alertmanager_notification_requests_failed_total", { integration: "email" }), 5 * minuteS)), ">", 0),
    measure: "mails refused in five minutes",
    limit: { value: 0, unit: "count", side: "above" },
    forS: 0,
    keepFiringS: 5 * minuteS,
    summary: "Alert mails cannot be delivered",
    impact: "An outage may go unnoticed: its mail waits or is never sent.",
    action: "Read Alertmanager's log for the mail server's answer; reach people another way meanwhile.",
    board: "alerting",
  },
  {
    name: "AlertmanagerDown",
    severity: "page",
    service: "monitoring",
    condition: anyOf(binary(sum(alertmanagerUp), "==", 0), binary(absent(alertmanagerUp), "*", 0)),
    measure: "instances of Alertmanager that answer",
    limit: { value: 0, unit: "count", side: "at" },
    forS: minuteS,
    keepFiringS: 0,
    summary: "Alertmanager does not answer",
    impact: "No alert becomes a mail.",
    action: "Start Alertmanager again; watch the service by hand until it is back.",
    board: "alerting",
  },
  {
    name: "AlertmanagerConfigStale",
    severity: "ticket",
    service: "monitoring",
    condition: binary(lowest(series("alertmanager_config_last_reload_successful", alertmanager)), "==", 0),
    measure: "is what the last reload answered (1 is success)",
    limit: { value: 0, unit: "count", side: "at" },
    forS: 5 * minuteS,
    keepFiringS: 0,
    summary: "Alertmanager refused its newest configuration",
    impact: "It goes on with the old one, and fails at its next start.",
    action: "Run amtool check-config on the file; correct and reload it.",
    board: "alerting",
  },
  {
    name: "PrometheusConfigStale",
    severity: "ticket",
    service: "monitoring",
    condition: binary(lowest(series("prometheus_config_last_reload_successful", prometheus)), "==", 0),
    measure: "is what the last reload answered (1 is success)",
    limit: { value: 0, unit: "count", side: "at" },
    forS: 5 * minuteS,
    keepFiringS: 0,
    summary: "Prometheus refused its newest configuration",
    impact: "It goes on with the old rules, and fails at its next start.",
    action: "Run promtool check config on the file; correct and reload it.",
    board: "alerting",
  },
  {
    name: "PrometheusRuleFailing",
    severity: "page",
    service: "monitoring",
    condition: binary(sum(increase(series("prometheus_rule_evaluation_failures_total"), 5 * minuteS)), ">", 0),
    measure: "failed evaluations in five minutes",
    limit: { value: 0, unit: "count", side: "above" },
    forS: 5 * minuteS,
    keepFiringS: 5 * minuteS,
    summary: "Prometheus cannot evaluate its rules",
    impact: "Alerts whose rules fail cannot fire.",
    action: "The page of rules shows the failing rule and its error.",
    board: "alerting",
  },
  {
    name: "AlertDeliveryFailing",
    severity: "page",
    service: "monitoring",
    condition: anyOf(
      // A window shorter than `for`: one alert lost while Alertmanager restarts is no page, and it is sent again in a minute.
      binary(sum(rate(series("prometheus_notifications_errors_total"), 2 * minuteS)), ">", 0),
      binary(highest(series("prometheus_notifications_alertmanagers_discovered")), "<", 1),
    ),
    measure: "of alerts that were not handed over",
    limit: { value: 0, unit: "per second", side: "above" },
    forS: 3 * minuteS,
    keepFiringS: 5 * minuteS,
    summary: "Prometheus cannot hand alerts to Alertmanager",
    impact: "Alerts fire and nobody is told.",
    action: "Check that Alertmanager runs and that its address in the configuration of Prometheus is right.",
    board: "alerting",
  },
];

/** Metrics that the rules read and the link service does not expose: of Prometheus and of Alertmanager. */
export const foreignMetrics = [
  "up",
  "alertmanager_notification_requests_failed_total",
  "alertmanager_config_last_reload_successful",
  "prometheus_config_last_reload_successful",
  "prometheus_rule_evaluation_failures_total",
  "prometheus_notifications_errors_total",
  "prometheus_notifications_alertmanagers_discovered",
] as const;
