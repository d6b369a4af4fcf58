import type { AlertStore, StoredAlert } from "../../storage/desk/alert-store.ts";
import type { Silence } from "../../storage/desk/desk-notes-store.ts";
import type { IncidentStore } from "../../storage/desk/incident-store.ts";
import type { AlertChange } from "../incidents/choose-incident.ts";
import type { AlertCandidate } from "./alert-candidate.ts";
import { type AlertStep, endKnown, expireFed, type FedAlert, takeCandidate, takeFed } from "./alert-steps.ts";
import { causesOf, isInhibited, isSilenced } from "./suppression.ts";

/** A fed alert that nothing was heard of for this long is over: its sender, which repeats it, is gone. In milliseconds. */
const fedSilentMostMs = 259_200_000;
/** How long a fed alert that ended is remembered, so that late news do not open it again, in milliseconds. */
const fedEndedKeptMs = 86_400_000;
/** Most fed alerts that are remembered; more news of new ones are refused. */
const fedMost = 20_000;
/** Steps of alerts that are kept, and how many more there may be before the oldest leave. */
const eventsKept = 50_000;
const eventsSpare = 1_000;

export interface AlertBookParts {
  readonly store: AlertStore;
  readonly incidents: Pick<IncidentStore, "together">;
  /** Opens, joins and resolves incidents. */
  alertChanged(alert: AlertChange, nowMs: number): void;
  silences(nowMs: number): readonly Silence[];
}

/** How many alerts there are, for the desk's own metrics. */
export interface AlertCounts {
  readonly pending: number;
  readonly firing: number;
}

/**
 * All alerts that are pending or fire. Incidents follow the state of the alerts, not their changes: what could not be stored
 * is told at the next look, and what is silenced or inhibited is told when it no longer is.
 */
export class AlertBook {
  readonly #parts: AlertBookParts;
  #known: Map<string, StoredAlert>;
  #lastFired: Map<string, number>;
  #eventsSince = 0;

  constructor(parts: AlertBookParts) {
    this.#parts = parts;
    this.#known = new Map(parts.store.list().map((alert) => [alert.fingerprint, alert]));
    this.#lastFired = new Map(parts.store.lastFired());
  }

  /** Pending and firing ones. */
  list(): StoredAlert[] {
    return [...this.#known.values()].filter(({ state }) => state !== "ended");
  }

  /** When an alert of a rule last began to fire. */
  lastFiredAtMs(rule: string): number | null {
    return this.#lastFired.get(rule) ?? null;
  }

  counts(): AlertCounts {
    const alerts = this.list();
    const firing = alerts.filter(({ state }) => state === "firing").length;
    return { pending: alerts.length - firing, firing };
  }

  /** Takes the alerts of rules and of the desk itself as they are now, all of them. Throws what the store throws, and has changed nothing then. */
  sync(candidates: readonly AlertCandidate[], nowMs: number): void {
    const present = new Set(candidates.map(({ fingerprint }) => fingerprint));
    const taken = candidates.flatMap((candidate) => takeCandidate(this.#known.get(candidate.fingerprint), candidate, nowMs) ?? []);
    const gone = [...this.#known.values()].flatMap((known): AlertStep[] => {
      if (known.source !== "fed") return present.has(known.fingerprint) ? [] : [endKnown(known, nowMs)];
      if (known.state === "ended")
        return nowMs - known.heardAtMs > fedEndedKeptMs ? [{ fingerprint: known.fingerprint, row: null, events: [], ended: null }] : [];
      return nowMs - known.heardAtMs > fedSilentMostMs ? [expireFed(known, nowMs)] : [];
    });
    this.#commit([...gone, ...taken], nowMs);
  }

  /** Takes news from elsewhere; the number that could not be taken, as too many are known. Throws what the store throws. */
  feed(news: readonly FedAlert[], nowMs: number): { refused: number } {
    const steps: AlertStep[] = [];
    const fresh = new Map<string, StoredAlert>();
    let [count, refused] = [[...this.#known.values()].filter(({ source }) => source === "fed").length, 0];
    for (const alert of news) {
      const known = fresh.get(alert.fingerprint) ?? this.#known.get(alert.fingerprint);
      if (known === undefined && count >= fedMost) {
        refused++;
        continue;
      }
      const step = takeFed(known, alert, nowMs);
      if (step === null || step.row === null) continue;
      if (known === undefined) count++;
      fresh.set(alert.fingerprint, step.row);
      steps.push(step);
    }
    this.#commit(steps, nowMs);
    return { refused };
  }

  #commit(steps: readonly AlertStep[], nowMs: number): void {
    const after = steps.length === 0 ? this.#known : new Map(this.#known);
    for (const { fingerprint, row } of steps) {
      if (row === null) after.delete(fingerprint);
      else after.set(fingerprint, row);
    }
    const told = this.#untold(after, nowMs);
    if (steps.length + told.length > 0) this.#store(steps, told, { after: new Map(after), nowMs });
  }

  /** All of it or nothing: memory follows once it is durable. */
  #store(steps: readonly AlertStep[], told: readonly StoredAlert[], { after, nowMs }: { after: Map<string, StoredAlert>; nowMs: number }): void {
    const { store, incidents, alertChanged } = this.#parts;
    for (const alert of told) after.set(alert.fingerprint, alert);
    incidents.together(() => {
      for (const { ended, events } of steps) {
        if (ended !== null) alertChanged(this.#changeOf(ended, ended.endedAtMs), nowMs);
        for (const event of events) store.addEvent(event);
      }
      for (const alert of told) alertChanged(this.#changeOf(alert, null), nowMs);
      for (const fingerprint of new Set([...steps, ...told].map((changed) => changed.fingerprint))) {
        const row = after.get(fingerprint);
        if (row) store.put(row);
        else store.remove(fingerprint);
      }
      this.#forgetEvents(steps);
    });
    this.#known = after;
    for (const { events } of steps) for (const { state, rule, atMs } of events) if (state === "firing") this.#lastFired.set(rule, atMs);
  }

  /** Firing alerts that no incident knows and that nothing holds back; with them the mark that they are told. */
  #untold(alerts: ReadonlyMap<string, StoredAlert>, nowMs: number): StoredAlert[] {
    const candidates = [...alerts.values()].filter(
      ({ state, toldStartMs, endedAtMs, labels }) => state === "firing" && toldStartMs === null && endedAtMs === null && labels["severity"] !== "heartbeat",
    );
    if (candidates.length === 0) return [];
    const firing = [...alerts.values()].filter(({ state }) => state === "firing").map(({ labels }) => labels);
    const [causes, silences] = [causesOf(firing), this.#parts.silences(nowMs)];
    return candidates
      .filter(({ labels }) => !isSilenced(labels, silences, nowMs) && !isInhibited(labels, causes))
      .map((alert) => ({ ...alert, toldStartMs: alert.activeAtMs }));
  }

  #changeOf({ fingerprint, labels, annotations, rule, toldStartMs, activeAtMs }: StoredAlert, endsAtMs: number | null): AlertChange {
    return {
      fingerprint,
      name: labels["alertname"] ?? rule,
      severity: labels["severity"] === "page" ? "page" : "ticket",
      service: labels["service"] ?? "unknown",
      slo: labels["slo"] ?? null,
      isDrill: labels["drill"] !== undefined,
      labels,
      annotations,
      isFiring: endsAtMs === null,
      startsAtMs: toldStartMs ?? activeAtMs,
      endsAtMs,
    };
  }

  #forgetEvents(steps: readonly AlertStep[]): void {
    this.#eventsSince += steps.reduce((sum, { events }) => sum + events.length, 0);
    if (this.#eventsSince < eventsSpare) return;
    this.#eventsSince = 0;
    this.#parts.store.forgetEvents(eventsKept);
  }
}
