import type { Matcher } from "../alerting/expression.ts";
import { lookbackMs } from "./evaluate/evaluate.ts";
import type { SeriesSource } from "./evaluate/series-source.ts";

/** The newest value of the first series that matches; null when it has none, or ended. */
export function latestValue(source: SeriesSource, metric: string, matchers: readonly Matcher[], nowMs: number): number | null {
  const found = source.find(metric, matchers, { fromMs: nowMs - lookbackMs + 1, toMs: nowMs })[0];
  const last = found?.values[found.end - 1];
  return last === undefined || Number.isNaN(last) ? null : last;
}
