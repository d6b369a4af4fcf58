import type { AlertDefinition } from "../../alerting/alert-definition.ts";
import type { Recording } from "../../alerting/burn-rate.ts";
import type { RuleGroup } from "../../alerting/rules.ts";
import type { TimeScale } from "../../alerting/time-scale.ts";
import { advanceAlerts, type AlertState, type AlertStates } from "./alert-state.ts";
import { evaluate, type Sample, signature } from "./evaluate.ts";
import type { Labels, SeriesSource } from "./series-source.ts";

/** Where rules read series, and where they record theirs. */
export interface RecordingBook extends SeriesSource {
  record(nowMs: number, samples: readonly Sample[]): void;
}

export interface AlertChange {
  readonly definition: AlertDefinition;
  readonly alert: AlertState;
  /** `dropped` was pending and never fired. */
  readonly change: "pending" | "firing" | "resolved" | "dropped";
}

/** A rule that could not be evaluated; its alerts stay as they were. */
export interface RuleFault {
  readonly rule: string;
  readonly error: Error;
}

export interface RuleRun {
  readonly changes: readonly AlertChange[];
  readonly faults: readonly RuleFault[];
}

interface GroupState {
  readonly group: RuleGroup;
  /** Null before the first evaluation. */
  ranAtMs: number | null;
}

/** A group is due this share of its interval early, as ticks do not come to the millisecond. */
const earlyShare = 0.1;

/** Evaluates groups of rules as Prometheus does: recordings in order, each seen by what follows it, then alerts. */
export class RuleRunner {
  readonly #groups: readonly GroupState[];
  readonly #scale: TimeScale;
  readonly #book: RecordingBook;
  /** What rules of the run computed alike. */
  #shared = new Map<string, Sample[]>();
  readonly #alerts = new Map<string, AlertStates>();
  /** Series that a recording gave the last time: one that is gone ends. */
  readonly #recorded = new Map<Recording, ReadonlyMap<string, Labels>>();

  constructor({ groups, scale, book }: { groups: readonly RuleGroup[]; scale: TimeScale; book: RecordingBook }) {
    this.#groups = groups.map((group) => ({ group, ranAtMs: null }));
    this.#scale = scale;
    this.#book = book;
  }

  /** Alerts of a rule, by the signature of their labels. */
  alertsOf(definition: AlertDefinition): AlertStates {
    return this.#alerts.get(ruleKey(definition)) ?? new Map<string, AlertState>();
  }

  /** Takes up alerts where they were before a restart. */
  restore(definition: AlertDefinition, alerts: readonly AlertState[]): void {
    this.#alerts.set(ruleKey(definition), new Map(alerts.map((alert) => [signature(alert.labels), alert])));
  }

  /** Evaluates the groups that are due. */
  run(nowMs: number): RuleRun {
    const changes: AlertChange[] = [];
    const faults: RuleFault[] = [];
    const guarded = (rule: string, work: () => void): void => {
      try {
        work();
      } catch (error) {
        faults.push({ rule, error: error instanceof Error ? error : new Error(String(error)) });
      }
    };
    for (const state of this.#groups) {
      const { group, ranAtMs } = state;
      if (ranAtMs !== null && nowMs - ranAtMs < group.intervalS * 1000 * (1 - earlyShare)) continue;
      state.ranAtMs = nowMs;
      for (const recording of group.recordings) guarded(recording.record, () => this.#record(recording, nowMs));
      for (const definition of group.alerts) guarded(ruleKey(definition), () => changes.push(...this.#advance(definition, nowMs)));
    }
    this.#shared = new Map();
    return { changes, faults };
  }

  #record(recording: Recording, nowMs: number): void {
    const { record, labels, expression } = recording;
    const samples = withLabels(this.#evaluate(expression, nowMs), { ...labels, __name__: record });
    const known = new Map(samples.map((sample) => [signature(sample.labels), sample.labels]));
    const ended = [...(this.#recorded.get(recording) ?? [])].filter(([key]) => !known.has(key)).map(([, labels]) => ({ labels, value: Number.NaN }));
    this.#recorded.set(recording, known);
    if (samples.length + ended.length > 0) this.#book.record(nowMs, [...samples, ...ended]);
  }

  #advance(definition: AlertDefinition, nowMs: number): AlertChange[] {
    const before = this.alertsOf(definition);
    const samples = withLabels(this.#evaluate(definition.condition, nowMs), { __name__: "", ...alertLabels(definition) });
    const timing = { forMs: this.#scale.spanS(definition.forS) * 1000, keepFiringMs: this.#scale.spanS(definition.keepFiringS) * 1000, nowMs };
    const { after, resolved } = advanceAlerts(before, samples, timing);
    this.#alerts.set(ruleKey(definition), after);
    const begun = [...after].flatMap(([key, alert]) => (before.get(key)?.state === alert.state ? [] : [{ definition, alert, change: alert.state }]));
    const dropped = [...before].flatMap(([key, alert]) =>
      alert.state === "pending" && !after.has(key) ? [{ definition, alert, change: "dropped" as const }] : [],
    );
    return [...resolved.map((alert) => ({ definition, alert, change: "resolved" as const })), ...dropped, ...begun];
  }

  #evaluate(expression: Recording["expression"], nowMs: number): Sample[] {
    return evaluate(expression, { source: this.#book, nowMs, scale: this.#scale, shared: this.#shared });
  }
}

/** Two definitions may share a name when they differ in severity. */
function ruleKey({ name, severity }: AlertDefinition): string {
  return `${name}/${severity}`;
}

/** Labels that an alert has of its rule. */
export function alertLabels({ name, severity, service, slo }: AlertDefinition): Labels {
  return { alertname: name, severity, service, ...(slo ? { slo } : {}) };
}

/** Samples with a rule's labels over their own; an empty one takes the label away. @throws RangeError where two become the same */
function withLabels(samples: readonly Sample[], labels: Labels): Sample[] {
  const seen = new Set<string>();
  return samples.map(({ labels: own, value }) => {
    const all = Object.fromEntries(Object.entries({ ...own, ...labels }).filter(([, text]) => text !== ""));
    const key = signature(all);
    if (seen.has(key)) throw new RangeError("two samples of a rule have the same labels");
    seen.add(key);
    return { labels: all, value };
  });
}
