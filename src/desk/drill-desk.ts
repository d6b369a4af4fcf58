import type { DrillView } from "./views.ts";

export interface DrillScenario {
  readonly name: string;
  readonly title: string;
  readonly what: string;
}

/** Exercises, as the API sees them. */
export interface DrillDesk {
  readonly scenarios: readonly DrillScenario[];
  readonly isAllowed: boolean;
  /** Why not; null when they are allowed. */
  readonly reason: string | null;
  /** Begins a drill; null for a scenario that does not exist. */
  start(scenario: string): Promise<DrillView | null>;
}
