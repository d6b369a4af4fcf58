import type { Severity } from "../../../src/alerting/alert-definition.ts";
import type { Signal } from "./signal.ts";

/** A story told in series, and what must come of it. */
export interface Scenario {
  /** What happens, as a sentence without its full stop. */
  readonly name: string;
  readonly lastsS: number;
  /** What is measured, beside the targets that can be scraped: those are up unless a signal says otherwise. */
  readonly signals: readonly Signal[];
  /** Every alert that fires at some time of the story, and no other may; the heartbeat goes without saying. */
  readonly fires: readonly AlertKey[];
  /** Alerts that nearly fire: just below their limit, just too short, or on too little traffic. */
  readonly nearMissOf?: readonly AlertKey[];
  readonly moments?: readonly Moment[];
}

/** Name and severity of an alert: both together say which one. */
export type AlertKey = `${string}/${Severity}`;

/** What holds at one time of a story. */
export type Moment = FiringMoment | SilentMoment | RecordedMoment;

interface FiringMoment {
  readonly kind: "firing";
  readonly atS: number;
  readonly alert: AlertKey;
  /** Labels beside those that its rule gives it. */
  readonly labels: Readonly<Record<string, string>>;
  /** How its annotation shows the value; then every annotation is compared, else the labels alone. */
  readonly value?: string;
}

interface SilentMoment {
  readonly kind: "silent";
  readonly atS: number;
  readonly alert: AlertKey;
}

interface RecordedMoment {
  readonly kind: "recorded";
  readonly atS: number;
  /** PromQL whose only sample, without its labels, is `value` to four decimals. */
  readonly query: string;
  readonly value: number;
}

const ofLinkService = { job: "link-service" };

export function isFiring(atS: number, alert: AlertKey, value?: string, labels: Readonly<Record<string, string>> = ofLinkService): Moment {
  return { kind: "firing", atS, alert, labels, ...(value === undefined ? {} : { value }) };
}

export const isSilent = (atS: number, alert: AlertKey): Moment => ({ kind: "silent", atS, alert });
export const isRecorded = (atS: number, query: string, value: number): Moment => ({ kind: "recorded", atS, query, value });
