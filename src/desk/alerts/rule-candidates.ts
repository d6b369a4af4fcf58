import type { AlertDefinition } from "../../alerting/alert-definition.ts";
import type { StoredAlert } from "../../storage/desk/alert-store.ts";
import type { RuleRunner } from "../evaluate/rule-runner.ts";
import { type AlertCandidate, fingerprintOf } from "./alert-candidate.ts";
import { annotationsOf } from "./alert-text.ts";

/** Name and severity of a rule: two may share a name. */
export function ruleOf({ name, severity }: Pick<AlertDefinition, "name" | "severity">): string {
  return `${name}/${severity}`;
}

/** Alerts of the rules, as the runner has them. */
export function ruleCandidates(definitions: readonly AlertDefinition[], runner: Pick<RuleRunner, "alertsOf">, deskUrl: string): AlertCandidate[] {
  return definitions.flatMap((definition) =>
    [...runner.alertsOf(definition).values()].map(({ labels, state, activeAtMs, firedAtMs, endedAtMs, value }) => ({
      fingerprint: fingerprintOf(labels),
      source: "rule" as const,
      rule: ruleOf(definition),
      labels,
      state,
      activeAtMs,
      firedAtMs,
      endedAtMs,
      describe: () => annotationsOf(definition, value, deskUrl),
    })),
  );
}

/** Takes up the rules' alerts where they were before a restart; a rule that is no more has none. */
export function restoreRules(definitions: readonly AlertDefinition[], runner: Pick<RuleRunner, "restore">, stored: readonly StoredAlert[]): void {
  for (const definition of definitions) {
    const own = stored.filter(({ source, rule, state }) => source === "rule" && rule === ruleOf(definition) && state !== "ended");
    const alerts = own.map(({ labels, state, activeAtMs, firedAtMs, endedAtMs }) => ({
      labels,
      state: state === "pending" ? ("pending" as const) : ("firing" as const),
      activeAtMs,
      firedAtMs,
      endedAtMs,
      value: Number.NaN,
    }));
    runner.restore(definition, alerts);
  }
}

/** Moves what alerts wait for by a time that nobody watched: it counts neither for `for` nor against it. */
export function shiftRules(definitions: readonly AlertDefinition[], runner: Pick<RuleRunner, "alertsOf" | "restore">, byMs: number): void {
  for (const definition of definitions) {
    const alerts = [...runner.alertsOf(definition).values()];
    if (alerts.length === 0) continue;
    const shifted = alerts.map((alert) => ({
      ...alert,
      activeAtMs: alert.state === "pending" ? alert.activeAtMs + byMs : alert.activeAtMs,
      endedAtMs: alert.endedAtMs === null ? null : alert.endedAtMs + byMs,
    }));
    runner.restore(definition, shifted);
  }
}
