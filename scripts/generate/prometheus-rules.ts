import type { AlertDefinition } from "../../src/alerting/alert-definition.ts";
import type { Recording } from "../../src/alerting/burn-rate.ts";
import { promDuration, toPromQl } from "../../src/alerting/promql.ts";
import { ruleGroups } from "../../src/alerting/rules.ts";
import { realTime, type TimeScale } from "../../src/alerting/time-scale.ts";
import type { Addresses } from "./addresses.ts";
import { alertUnits } from "./alert-units.ts";
import { yamlDocument } from "./yaml-document.ts";

/** Prometheus' rule file: recordings and alerts of `src/alerting/`. */
export function prometheusRules(addresses: Addresses, scale: TimeScale = realTime): string {
  const groups = ruleGroups(scale).map(({ name, intervalS, recordings, alerts }) => ({
    name,
    interval: promDuration(intervalS),
    rules: [...recordings.map((recording) => recordingRule(recording, scale)), ...alerts.map((alert) => alertRule(alert, addresses, scale))],
  }));
  return yamlDocument("src/alerting/", { groups });
}

function recordingRule({ record, labels, expression }: Recording, scale: TimeScale): object {
  return { record, expr: toPromQl(expression, scale), labels };
}

function alertRule(alert: AlertDefinition, { runbooks, grafana }: Addresses, scale: TimeScale): object {
  const { show, write } = alertUnits[alert.limit.unit];
  return {
    alert: alert.name,
    expr: toPromQl(alert.condition, scale),
    for: promDuration(scale.spanS(alert.forS)),
    ...(alert.keepFiringS > 0 ? { keep_firing_for: promDuration(scale.spanS(alert.keepFiringS)) } : {}),
    labels: { severity: alert.severity, service: alert.service, ...(alert.slo ? { slo: alert.slo } : {}) },
    annotations: {
      summary: alert.summary,
      impact: alert.impact,
      action: alert.action,
      value: `${show} ${alert.measure}`,
      limit: `${alert.limit.side} ${write(alert.limit.value)}`,
      runbook_url: `${runbooks}/${alert.name}`,
      dashboard_url: `${grafana}/d/${alert.board}`,
    },
  };
}
