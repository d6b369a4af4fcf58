/** How rules spell their times: as they are defined, or shortened so that a test sees hours in minutes. */
export interface TimeScale {
  /** Time between two scrapes of a target, and between two evaluations, in seconds. */
  readonly intervalS: number;
  /** Length of a window, in seconds; never shorter than four scrapes, because a rate needs two samples. */
  windowS(seconds: number): number;
  /** Any other length of time, in seconds. */
  spanS(seconds: number): number;
}

/** Scrapes that the shortest window spans. */
const scrapesPerWindow = 4;

/**
 * A scale for rules.
 *
 * @param factor what a defined second lasts, in seconds: 1 / 60 turns an hour into a minute
 * @param intervalS time between two scrapes and two evaluations, in seconds; not scaled
 */
export function timeScale(factor: number, intervalS: number): TimeScale {
  const spanS = (seconds: number): number => Math.round(seconds * factor * 1000) / 1000;
  return { intervalS, spanS, windowS: (seconds) => Math.max(spanS(seconds), scrapesPerWindow * intervalS) };
}

/** The times of the definitions, with a scrape and an evaluation every five seconds. */
export const realTime = timeScale(1, 5);
