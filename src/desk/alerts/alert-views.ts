import type { AlertDefinition } from "../../alerting/alert-definition.ts";
import { toPromQl } from "../../alerting/promql.ts";
import type { TimeScale } from "../../alerting/time-scale.ts";
import type { StoredAlert } from "../../storage/desk/alert-store.ts";
import type { Silence } from "../../storage/desk/desk-notes-store.ts";
import { signature } from "../evaluate/evaluate.ts";
import type { RuleRunner } from "../evaluate/rule-runner.ts";
import type { AlertView } from "../views.ts";
import type { AlertBook } from "./alert-book.ts";
import { limitText, valueText } from "./alert-text.ts";
import { type NativeAlert, nativeAlerts } from "./native-alerts.ts";
import { ruleOf } from "./rule-candidates.ts";
import { causesOf, isInhibited, isSilenced } from "./suppression.ts";

export interface AlertViewParts {
  readonly book: Pick<AlertBook, "list" | "lastFiredAtMs">;
  readonly runner: Pick<RuleRunner, "alertsOf">;
  readonly watched: readonly AlertDefinition[];
  readonly unwatched: readonly AlertDefinition[];
  readonly scale: TimeScale;
  silences(nowMs: number): readonly Silence[];
}

/** Most alerts of one answer: those of a storm are told by their incident. */
const viewsMost = 1_000;

type RuleFacts = Pick<AlertView, "name" | "severity" | "service" | "slo" | "summary" | "impact" | "action" | "limit" | "condition" | "runbook">;
type Standing = Pick<AlertView, "state" | "labels" | "value" | "activeAtMs" | "lastFiredAtMs" | "isSilenced" | "isInhibited">;

/** Every rule with its alerts, inactive ones too, and what other programs told of. */
export function alertViews(parts: AlertViewParts, nowMs: number): AlertView[] {
  const { book, runner, watched, unwatched, scale } = parts;
  const alerts = book.list();
  const byRule = Map.groupBy(
    alerts.filter(({ source }) => source !== "fed"),
    ({ rule }) => rule,
  );
  const causes = causesOf(alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels));
  const silences = parts.silences(nowMs);
  const standingOf = (alert: StoredAlert, value: string | null): Standing => ({
    state: alert.state === "pending" ? "pending" : "firing",
    labels: alert.labels,
    value,
    activeAtMs: alert.activeAtMs,
    lastFiredAtMs: book.lastFiredAtMs(alert.rule),
    isSilenced: isSilenced(alert.labels, silences, nowMs),
    isInhibited: isInhibited(alert.labels, causes),
  });
  const inactive = (rule: string, value: string | null): Standing => ({
    state: "inactive",
    labels: {},
    value,
    activeAtMs: null,
    lastFiredAtMs: book.lastFiredAtMs(rule),
    isSilenced: false,
    isInhibited: false,
  });
  const viewsOf = (facts: RuleFacts, own: readonly StoredAlert[], valueOf: (alert: StoredAlert) => string | null): AlertView[] =>
    own.length === 0
      ? [{ ...facts, ...inactive(ruleOf(facts), null) }]
      : own.map((alert) => ({ ...facts, ...standingOf(alert, valueOf(alert)), severity: severityOf(alert, facts.severity) }));

  const rules = watched.flatMap((definition) => {
    const values = runner.alertsOf(definition);
    return viewsOf(ruleFacts(definition, scale), byRule.get(ruleOf(definition)) ?? [], ({ labels }) => {
      const value = values.get(signature(labels))?.value;
      return value === undefined || Number.isNaN(value) ? null : valueText(definition, value);
    });
  });
  const natives = nativeAlerts.flatMap((native) => {
    const own = alerts.filter(({ source, labels }) => source === "native" && labels["alertname"] === native.name);
    return viewsOf(nativeFacts(native), own, () => null);
  });
  const others = unwatched.map((definition) => ({ ...ruleFacts(definition, scale), ...inactive(ruleOf(definition), "not watched") }));
  const fed = alerts
    .filter(({ source }) => source === "fed")
    .map((alert) => ({ ...fedFacts(alert), ...standingOf(alert, alert.annotations["value"] ?? null) }));
  return [...rules, ...natives, ...others, ...fed].slice(0, viewsMost);
}

function severityOf({ labels }: StoredAlert, fallback: AlertView["severity"]): AlertView["severity"] {
  const severity = labels["severity"];
  return severity === "page" || severity === "ticket" || severity === "heartbeat" ? severity : fallback;
}

function ruleFacts(definition: AlertDefinition, scale: TimeScale): RuleFacts {
  const { name, severity, service, slo = null, summary, impact, action, condition } = definition;
  return { name, severity, service, slo, summary, impact, action, limit: limitText(definition), condition: toPromQl(condition, scale), runbook: name };
}

function nativeFacts({ name, severity, service, summary, impact, action, limit, condition, runbook }: NativeAlert): RuleFacts {
  return { name, severity, service, slo: null, summary, impact, action, limit, condition, runbook };
}

function fedFacts(alert: StoredAlert): RuleFacts {
  const { labels, annotations, rule } = alert;
  const name = labels["alertname"] ?? rule;
  return {
    name,
    severity: severityOf(alert, "ticket"),
    service: labels["service"] ?? "unknown",
    slo: labels["slo"] ?? null,
    summary: annotations["summary"] ?? name,
    impact: annotations["impact"] ?? "",
    action: annotations["action"] ?? "",
    limit: annotations["limit"] ?? "",
    condition: "told by Alertmanager",
    runbook: name,
  };
}
