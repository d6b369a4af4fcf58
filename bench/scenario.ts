/** How long and how often a run measures. */
export interface Effort {
  rounds: number;
  seconds: number;
  seed: number;
  /** Most events of the scale scenario; fewer make a shorter run. */
  mostEvents: number;
}

/** What a scenario found: lines to print, and the numbers for its file. */
export interface Report {
  lines: string[];
  numbers: unknown;
}

export type Scenario = (effort: Effort) => Promise<Report>;
