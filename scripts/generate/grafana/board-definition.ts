import type { AlertDefinition, AlertUnit, BoardName, Severity } from "../../../src/alerting/alert-definition.ts";

/** One page of panels. Its `uid` is the name that alerts link to. */
export interface BoardDefinition {
  readonly uid: BoardName;
  readonly title: string;
  readonly description: string;
  /** Metric whose jobs and instances can be chosen on the board. */
  readonly chosenFrom: string;
  readonly sections: readonly SectionDefinition[];
}

export interface SectionDefinition {
  readonly title: string;
  readonly panels: readonly PanelDefinition[];
}

/** What the values of a panel are counted in; a panel with alerts takes the unit of their limits. */
export type PanelUnit = AlertUnit | "requests per second" | "operations per second" | "age" | "text" | "yes or no";

export interface PanelQuery {
  readonly expression: string;
  /** Legend, with labels as `{{label}}`. */
  readonly legend: string;
  /** Whether single requests are drawn as points that lead to their traces. */
  readonly hasExemplars?: boolean;
}

/** A line across a panel where something is too much, or too little. */
export interface Line {
  readonly value: number;
  readonly severity: Severity;
}

export interface PanelDefinition {
  readonly title: string;
  /** What it says, and what to do when it looks wrong. */
  readonly description: string;
  readonly shape: "lines" | "stack" | "numbers" | "heat map" | "states" | "table";
  /** Columns of the 24 that a board has; the panels of a section fill whole lines. */
  readonly width: number;
  /** Left out when `alerts` give it. */
  readonly unit?: PanelUnit;
  /** Queries beside the signals of `alerts`, which come first. */
  readonly queries?: readonly PanelQuery[];
  /** Alerts whose signal and limit are drawn, and whose runbooks are linked; only on lines. */
  readonly alerts?: readonly AlertDefinition[];
  /** Lines beside the limits of `alerts`. */
  readonly lines?: readonly Line[];
  /** Texts of single values: `{ 0: "down" }`, and whether they are bad. */
  readonly words?: Readonly<Record<number, { text: string; isBad: boolean }>>;
}
