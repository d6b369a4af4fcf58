/** How far back the first bad minute is looked for, in milliseconds. */
export const impactLookbackMs = 3_600_000;

/** One point of the bad share of requests; null where nothing was measured. */
export interface BadShare {
  readonly atMs: number;
  readonly share: number | null;
}

/**
 * The first bad minute before an alert: from the alert backwards for as long as more than the budgeted share of requests was bad.
 * A gap ends the way back unless something bad lies beyond it within two minutes: an outage leaves gaps.
 *
 * @param points in order of time, up to the alert
 * @param limit share of bad requests that the objective allows
 * @returns milliseconds since 1970; the alert's own start where no point is bad
 */
export function impactStart(points: readonly BadShare[], limit: number, alertStartsAtMs: number): number {
  let startMs = alertStartsAtMs;
  for (const { atMs, share } of points.toReversed()) {
    if (atMs > alertStartsAtMs) continue;
    if (share !== null && share > limit) startMs = atMs;
    else if (startMs - atMs > gapMostMs) break;
  }
  return startMs;
}

/** Longest stretch without a bad point inside one impact, in milliseconds. */
const gapMostMs = 120_000;
