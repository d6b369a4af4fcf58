import type { Expression } from "./expression.ts";
import type { ObjectiveName } from "./objectives.ts";

/** page wakes a person, ticket waits for working hours, heartbeat must never stop. */
export type Severity = "page" | "ticket" | "heartbeat";

export const boardNames = ["golden-signals", "objectives", "redirects", "store", "alerting"] as const;
export type BoardName = (typeof boardNames)[number];

/** What a limit and a value are counted in. */
export type AlertUnit = "share" | "seconds" | "bytes" | "per second" | "count" | "cores";

/** On which side of its limit a value alerts. */
export type LimitSide = "above" | "below" | "at";

export interface AlertDefinition {
  /** Also the name of its runbook; two definitions may share it when they differ in severity. */
  readonly name: string;
  readonly severity: Severity;
  readonly service: "link-service" | "monitoring";
  readonly slo?: ObjectiveName;
  /** Fires for every sample this has. */
  readonly condition: Expression;
  /** What the value counts, as the words after it. */
  readonly measure: string;
  /** Where the condition draws the line; panels show it. */
  readonly limit: { readonly value: number; readonly unit: AlertUnit; readonly side: LimitSide };
  /** How long the condition must hold, in seconds. */
  readonly forS: number;
  /** How long the alert goes on after it last held, in seconds. */
  readonly keepFiringS: number;
  /** What is wrong and where: the title. */
  readonly summary: string;
  /** What users feel. */
  readonly impact: string;
  /** What to do first. */
  readonly action: string;
  /** Board that shows the signal. */
  readonly board: BoardName;
}
