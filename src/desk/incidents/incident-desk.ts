import type { Incident, IncidentSeverity, IncidentState, IncidentStore, NewEntry, PublicPhase } from "../../storage/desk/incident-store.ts";
import { createAlertIntake } from "./alert-intake.ts";
import { changeIncident, type Step } from "./change-incident.ts";
import type { AlertChange } from "./choose-incident.ts";
import { createRegroup } from "./regroup.ts";

export interface IncidentDeskParts {
  store: IncidentStore;
  /** First bad minute in the measurements before an alert, in milliseconds since 1970. */
  impactStartOf(alert: AlertChange): number;
  /** Told after every change: notifications become due, streams are fed, evidence is captured. */
  onChange(incident: Incident, news: IncidentState | "note"): void;
}

/** Who acts, and when. */
export interface Act {
  author: string;
  nowMs: number;
}

/** `refused`: the incident is in a state from which the step is not taken, or somebody was faster. */
export type StepResult = { outcome: "changed"; incident: Incident } | { outcome: "unknown" } | { outcome: "refused"; incident: Incident };

export interface IncidentDesk {
  /** Opens, joins, reopens or resolves incidents by what alerts did; null when that was known. */
  alertChanged(alert: AlertChange, nowMs: number): Incident | null;
  /** An incident that a person declares. */
  declare(what: { title: string; severity: IncidentSeverity; service: string }, act: Act): Incident;
  acknowledge(id: number, act: Act): StepResult;
  mitigate(id: number, act: Act): StepResult;
  resolve(id: number, act: Act): StepResult;
  review(id: number, act: Act): StepResult;
  reopen(id: number, act: Act): StepResult;
  /** Gives an acknowledgement back when nobody worked on the incident for too long. */
  expireAcknowledgement(id: number, nowMs: number): StepResult;
  note(id: number, text: string, act: Act): StepResult;
  tickRunbookStep(id: number, step: { runbook: string; text: string }, act: Act): StepResult;
  changeSeverity(id: number, severity: IncidentSeverity, act: Act): StepResult;
  /** A sentence for the status page. */
  publish(id: number, update: { phase: PublicPhase; text: string }, act: Act): StepResult;
  /** Moves all alerts of one incident to another, which goes on. */
  merge(id: number, intoId: number, act: Act): StepResult;
  /** Makes an incident of its own of some alerts; the result is the new one. */
  split(id: number, fingerprints: readonly string[], act: Act): StepResult;
}

/** What people and alerts do with incidents. Every step is one conditional update with its line in the timeline. */
export function createIncidentDesk(parts: IncidentDeskParts): IncidentDesk {
  const step = (id: number, decide: Step): StepResult => changeIncident(parts, id, decide);
  return {
    alertChanged: createAlertIntake(parts),
    declare: (what, { author, nowMs }) =>
      parts.store.together(() => {
        const incident = parts.store.open(
          { ...blank(nowMs), ...what, groupKey: `${what.service}/declared/${nowMs}` },
          { atMs: nowMs, kind: "opened", author, text: `declared: ${what.title}` },
        );
        parts.onChange(incident, "open");
        return incident;
      }),
    acknowledge: (id, act) =>
      step(
        id,
        from(["open"], { state: "acknowledged", acknowledgedAtMs: act.nowMs, acknowledgedBy: act.author }, entryOf(act, "acknowledged", "acknowledged")),
      ),
    mitigate: (id, act) =>
      step(id, from(["open", "acknowledged"], { state: "mitigated", mitigatedAtMs: act.nowMs }, entryOf(act, "mitigated", "users are served again"))),
    resolve: (id, act) =>
      step(id, from(["open", "acknowledged", "mitigated"], { state: "resolved", resolvedAtMs: act.nowMs }, entryOf(act, "resolved", "resolved by hand"))),
    review: (id, act) => step(id, from(["resolved"], { state: "reviewed", reviewedAtMs: act.nowMs }, entryOf(act, "reviewed", "reviewed"))),
    reopen: (id, act) => step(id, from(["acknowledged", "mitigated", "resolved", "reviewed"], reopened, entryOf(act, "reopened", "opened again"))),
    expireAcknowledgement: (id, nowMs) =>
      step(
        id,
        from(
          ["acknowledged"],
          { state: "open", acknowledgedAtMs: null, acknowledgedBy: null },
          { atMs: nowMs, kind: "acknowledgement_expired", author: null, text: "the acknowledgement expired: nothing happened since" },
        ),
      ),
    note: (id, text, act) => step(id, always({}, entryOf(act, "note", text))),
    tickRunbookStep: (id, { runbook, text }, act) => step(id, always({}, { ...entryOf(act, "runbook_step", text), details: { runbook } })),
    changeSeverity: (id, severity, act) =>
      step(id, (incident) =>
        incident.severity === severity ? null : { change: { severity }, entry: entryOf(act, "severity_changed", `${incident.severity} became ${severity}`) },
      ),
    publish: (id, { phase, text }, act) => step(id, always({ publicPhase: phase }, { ...entryOf(act, "published", text), details: { phase } })),
    ...createRegroup(parts),
  };
}

const reopened = {
  state: "open",
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  mitigatedAtMs: null,
  resolvedAtMs: null,
  reviewedAtMs: null,
} as const satisfies Partial<Incident>;

function blank(nowMs: number): Omit<Incident, "id" | "version" | "title" | "severity" | "service" | "groupKey"> {
  return { ...reopened, slo: null, isDrill: false, impactStartedAtMs: nowMs, openedAtMs: nowMs, mergedInto: null, publicPhase: null };
}

function entryOf({ author, nowMs }: Act, kind: NewEntry["kind"], text: string): NewEntry {
  return { atMs: nowMs, kind, author, text };
}

function from(states: readonly IncidentState[], change: Partial<Omit<Incident, "id" | "version">>, entry: NewEntry): Step {
  return (incident) => (states.includes(incident.state) && incident.mergedInto === null ? { change, entry } : null);
}

function always(change: Partial<Omit<Incident, "id" | "version">>, entry: NewEntry): Step {
  return () => ({ change, entry });
}
