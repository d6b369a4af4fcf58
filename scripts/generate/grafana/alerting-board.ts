import { findAlert } from "./alert-drawing.ts";
import type { BoardDefinition, SectionDefinition } from "./board-definition.ts";
import { chosen, quantileOf, rateOf, sumBy } from "./board-queries.ts";

/** Channels that Alertmanager is set up with; it counts for many more. */
const channels = `integration=~"email|webhook"`;

/** The alerting itself: what fires, and whether it reaches a person. */
export function alertingBoard(): BoardDefinition {
  return {
    uid: "alerting",
    title: "Desk and alerting",
    description: "The alerting itself: what fires, and whether it reaches a person.",
    chosenFrom: "up",
    sections: [alerts(), evaluating(), handingOver(), notifying(), settings()],
  };
}

function alerts(): SectionDefinition {
  return {
    title: "Alerts",
    panels: [
      {
        title: "Watchdog",
        description: "This alert always fires. When it is silent nothing else can arrive: check Prometheus, then Alertmanager, then the network between.",
        shape: "numbers",
        width: 4,
        unit: "yes or no",
        words: { 0: { text: "silent", isBad: true }, 1: { text: "fires", isBad: false } },
        queries: [{ expression: `max(ALERTS{alertname="Watchdog", alertstate="firing"}) or vector(0)`, legend: "Watchdog" }],
      },
      {
        title: "Firing and pending",
        description: "Alerts by severity and state, without the Watchdog. Pending ones fire when they last.",
        shape: "numbers",
        width: 10,
        unit: "count",
        queries: ["firing", "pending"].flatMap((state) =>
          ["page", "ticket"].map((severity) => ({
            expression: `count(ALERTS{alertstate="${state}", severity="${severity}"}) or vector(0)`,
            legend: `${severity}s ${state}`,
          })),
        ),
      },
      {
        title: "Targets that answer",
        description: "Instances that Prometheus can read, by job. A job at 0 is down or not reachable from Prometheus.",
        shape: "numbers",
        width: 10,
        unit: "count",
        words: { 0: { text: "down", isBad: true } },
        queries: [{ expression: sumBy("job", chosen("up")), legend: "{{job}}" }],
      },
      {
        title: "Alerts now",
        description: "Every alert that fires or is pending, with its labels. Its runbook has the alert's name.",
        shape: "table",
        width: 12,
        unit: "count",
        queries: [{ expression: `max by (alertname, alertstate, severity, slo, service) (ALERTS)`, legend: "{{alertname}}" }],
      },
      {
        title: "When alerts fired",
        description: "Firing alerts over time. Those that begin together have one cause: start with the one that began first.",
        shape: "states",
        width: 12,
        unit: "count",
        words: { 1: { text: "firing", isBad: true } },
        queries: [{ expression: `max by (alertname, severity) (ALERTS{alertstate="firing", severity!="heartbeat"})`, legend: "{{alertname}} ({{severity}})" }],
      },
    ],
  };
}

function evaluating(): SectionDefinition {
  const group = (expression: string): string => `label_replace(${expression}, "group", "$1", "rule_group", ".*;(.*)")`;
  return {
    title: "Prometheus: from metric to alert",
    panels: [
      {
        title: "Time to evaluate rules",
        description: "Share of its interval that a group of rules takes. Near 100 % evaluations are missed, and alerts come late.",
        shape: "lines",
        width: 6,
        unit: "share",
        queries: [
          {
            expression: group(`${chosen("prometheus_rule_group_last_duration_seconds")} / ${chosen("prometheus_rule_group_interval_seconds")}`),
            legend: "{{group}}",
          },
        ],
      },
      {
        title: "Failed evaluations",
        description: "Evaluations of five minutes that failed, and evaluations missed. A failing rule cannot fire: the page of rules shows it and its error.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("PrometheusRuleFailing")],
        queries: [{ expression: sumBy("job", `increase(${chosen("prometheus_rule_group_iterations_missed_total")}[$__rate_interval])`), legend: "missed" }],
      },
      {
        title: "Time to scrape",
        description: "How long reading a target's metrics takes. At the time-out the target counts as down.",
        shape: "lines",
        width: 6,
        unit: "seconds",
        queries: [{ expression: `max by (job, instance) (${chosen("scrape_duration_seconds")})`, legend: "{{job}} {{instance}}" }],
      },
      {
        title: "Samples per scrape",
        description: "How much a target exposes. Beyond the limit of the configuration a scrape is dropped whole: find the label that grew.",
        shape: "lines",
        width: 6,
        unit: "count",
        queries: [{ expression: `max by (job, instance) (${chosen("scrape_samples_scraped")})`, legend: "{{job}} {{instance}}" }],
      },
    ],
  };
}

function handingOver(): SectionDefinition {
  return {
    title: "Prometheus: from alert to Alertmanager",
    panels: [
      {
        title: "Instances of Prometheus and Alertmanager",
        description: "At 0 no alert becomes a mail: start it again, and watch the service by hand until it is back.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("AlertmanagerDown"), findAlert("Watchdog")],
      },
      {
        title: "Alerts not handed over",
        description: "Alerts a second that Alertmanager did not take. Above 0 alerts fire and nobody is told: check that it runs, and its address.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("AlertDeliveryFailing")],
        queries: [{ expression: sumBy("job", rateOf("prometheus_notifications_dropped_total")), legend: "given up" }],
      },
      {
        title: "Alerts handed over",
        description: "Alerts a second that Alertmanager took; Prometheus repeats those that fire. At 0 not even the Watchdog arrives.",
        shape: "lines",
        width: 6,
        unit: "per second",
        queries: [
          { expression: sumBy("job", rateOf("prometheus_notifications_sent_total")), legend: "sent" },
          { expression: sumBy("status", rateOf("alertmanager_alerts_received_total")), legend: "received {{status}}" },
        ],
      },
      {
        title: "Way to Alertmanager",
        description: "Alertmanagers that Prometheus knows, and alerts that wait for one. None known: the configuration lacks its address.",
        shape: "lines",
        width: 6,
        unit: "count",
        queries: [
          { expression: `max by (job) (${chosen("prometheus_notifications_alertmanagers_discovered")})`, legend: "known" },
          { expression: `max by (job) (${chosen("prometheus_notifications_queue_length")})`, legend: "waiting" },
        ],
      },
    ],
  };
}

function notifying(): SectionDefinition {
  return {
    title: "Alertmanager: from alert to person",
    panels: [
      {
        title: "Notifications",
        description: "Mails and webhook calls a second. The Watchdog's heartbeat is among them, so that the line is never flat.",
        shape: "lines",
        width: 6,
        unit: "per second",
        queries: [{ expression: sumBy("integration", rateOf("alertmanager_notifications_total", channels)), legend: "{{integration}}" }],
      },
      {
        title: "Failed notifications",
        description: "Mails refused in five minutes, and attempts and notifications that failed. Read Alertmanager's log for the answer of the mail server.",
        shape: "lines",
        width: 6,
        alerts: [findAlert("MailFailing")],
        queries: [
          {
            expression: sumBy("integration", `increase(${chosen("alertmanager_notification_requests_failed_total", channels)}[$__rate_interval])`),
            legend: "attempts by {{integration}}",
          },
          {
            expression: sumBy("integration", `increase(${chosen("alertmanager_notifications_failed_total", channels)}[$__rate_interval])`),
            legend: "given up by {{integration}}",
          },
        ],
      },
      {
        title: "Time to notify",
        description: "Time that 99 of 100 alerts take to Alertmanager and its notifications to their receiver. Grouping adds its waiting time.",
        shape: "lines",
        width: 6,
        unit: "seconds",
        queries: [
          { expression: `max by (job) (${chosen("prometheus_notifications_latency_seconds", `quantile="0.99"`)})`, legend: "to Alertmanager" },
          { expression: quantileOf(0.99, "alertmanager_notification_latency_seconds", "integration", channels), legend: "by {{integration}}" },
        ],
      },
      {
        title: "Alerts and silences",
        description: "Alerts that Alertmanager holds, by state, and active silences. Suppressed ones are silenced or inhibited: nobody is told of them.",
        shape: "lines",
        width: 6,
        unit: "count",
        queries: [
          { expression: `max by (state) (${chosen("alertmanager_alerts")})`, legend: "{{state}}" },
          { expression: `max by (job) (${chosen("alertmanager_silences", `state="active"`)})`, legend: "silences" },
        ],
      },
    ],
  };
}

function settings(): SectionDefinition {
  return {
    title: "Configuration and load",
    panels: [
      {
        title: "Last reload succeeded",
        description: "1 is success. At 0 the program goes on with the old configuration and fails at its next start: check the file, correct and reload it.",
        shape: "lines",
        width: 12,
        alerts: [findAlert("PrometheusConfigStale"), findAlert("AlertmanagerConfigStale")],
      },
      {
        title: "Series in memory",
        description: "Series that Prometheus holds. It is flat in a healthy installation; growth is a label with too many values.",
        shape: "lines",
        width: 12,
        unit: "count",
        queries: [{ expression: `max by (job) (${chosen("prometheus_tsdb_head_series")})`, legend: "{{job}}" }],
      },
    ],
  };
}
