import type { OverTimeFunction } from "../../alerting/expression.ts";
import type { SeriesSamples } from "./series-source.ts";

/** The samples of one series within a window. */
export interface Window {
  readonly samples: SeriesSamples;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Ahead {
  readonly aheadS: number;
  readonly nowMs: number;
}

/** Computes a function over the samples of a window as Prometheus does; null where it has no answer. Rows that say that the series ended are passed over. */
export function overTimeOf(name: OverTimeFunction, window: Window, ahead: Ahead): number | null {
  return computations[name](window, ahead);
}

const computations: Record<OverTimeFunction, (window: Window, ahead: Ahead) => number | null> = {
  rate: (window) => extrapolatedIncrease(window, (window.toMs - window.fromMs) / 1000),
  increase: (window) => extrapolatedIncrease(window, 1),
  sum_over_time: ({ samples }) => sumOf(samples),
  avg_over_time: ({ samples }) => averageOf(samples),
  min_over_time: ({ samples }) => extreme(samples, samples.buckets?.lows ?? samples.values, Math.min),
  max_over_time: ({ samples }) => extreme(samples, samples.buckets?.highs ?? samples.values, Math.max),
  count_over_time: ({ samples }) => countOf(samples) || null,
  predict_linear: ({ samples }, ahead) => predictLinear(samples, ahead),
};

/** How many samples a row stands for. */
function weightOf({ buckets }: SeriesSamples, row: number): number {
  return buckets ? (buckets.counts[row] as number) : 1;
}

function countOf(samples: SeriesSamples): number {
  let count = 0;
  for (let row = samples.first; row < samples.end; row++) if (!Number.isNaN(samples.values[row])) count += weightOf(samples, row);
  return count;
}

function extreme({ first, end, values }: SeriesSamples, extremes: Float64Array, choose: (a: number, b: number) => number): number | null {
  let found: number | null = null;
  for (let row = first; row < end; row++) {
    if (Number.isNaN(values[row])) continue;
    const value = extremes[row] as number;
    found = found === null ? value : choose(found, value);
  }
  return found;
}

/** A sum that keeps what adding to a large number drops (Kahan and Neumaier), as Prometheus' sums over time do. */
class ExactSum {
  /** The sum without what was dropped. */
  head = 0;
  #dropped = 0;

  add(value: number): void {
    const sum = this.head + value;
    this.#dropped += Math.abs(this.head) >= Math.abs(value) ? this.head - sum + value : value - sum + this.head;
    this.head = sum;
  }

  get total(): number {
    return Number.isFinite(this.head) ? this.head + this.#dropped : this.head;
  }
}

function sumOf(samples: SeriesSamples): number | null {
  const sum = new ExactSum();
  let isEmpty = true;
  for (let row = samples.first; row < samples.end; row++) {
    const value = samples.values[row] as number;
    if (Number.isNaN(value)) continue;
    isEmpty = false;
    sum.add(value * weightOf(samples, row));
  }
  return isEmpty ? null : sum.total;
}

/** A running mean, which cannot overflow; means of several samples weigh as many. */
function averageOf(samples: SeriesSamples): number | null {
  const mean = new ExactSum();
  let count = 0;
  for (let row = samples.first; row < samples.end; row++) {
    const value = samples.values[row] as number;
    if (Number.isNaN(value)) continue;
    const weight = weightOf(samples, row);
    count += weight;
    mean.add((value / count - mean.head / count) * weight);
  }
  return count === 0 ? null : mean.total;
}

/** Beyond this many sample distances from an edge, a series is taken to begin or end inside the window. */
const edgeLimit = 1.1;

/**
 * The increase of a counter, resets added, extended to the edges of the window (Prometheus' `extrapolatedRate`):
 * to an edge that is near, else by half a sample distance, and never below zero at the start.
 */
function extrapolatedIncrease({ samples: { first, end, timesMs, values }, fromMs, toMs }: Window, dividedBy: number): number | null {
  let [firstRow, lastRow, distances, resets] = [-1, -1, 0, 0];
  for (let row = first; row < end; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    if (firstRow < 0) firstRow = row;
    else {
      distances++;
      const before = values[lastRow] as number;
      if (value < before) resets += before;
    }
    lastRow = row;
  }
  if (distances < 1) return null;
  const firstValue = values[firstRow] as number;
  const increase = (values[lastRow] as number) - firstValue + resets;
  const firstMs = timesMs[firstRow] as number;
  const lastMs = timesMs[lastRow] as number;
  const sampledS = (lastMs - firstMs) / 1000;
  if (sampledS <= 0) return null;
  const distanceS = sampledS / distances;
  let toStartS = (firstMs - fromMs) / 1000;
  const toEndS = (toMs - lastMs) / 1000;
  if (increase > 0 && firstValue >= 0) toStartS = Math.min(toStartS, sampledS * (firstValue / increase));
  const extend = (edgeS: number): number => (edgeS < distanceS * edgeLimit ? edgeS : distanceS / 2);
  return increase * ((sampledS + extend(toStartS) + extend(toEndS)) / sampledS / dividedBy);
}

/** Least squares through the samples, read `aheadS` after the evaluation. */
function predictLinear(samples: SeriesSamples, { aheadS, nowMs }: Ahead): number | null {
  const [n, sumX, sumY, sumXY, sumX2] = [new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum()];
  let [least, most, rows] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let row = samples.first; row < samples.end; row++) {
    const y = samples.values[row] as number;
    if (Number.isNaN(y)) continue;
    const x = ((samples.timesMs[row] as number) - nowMs) / 1000;
    const weight = weightOf(samples, row);
    rows++;
    least = Math.min(least, y);
    most = Math.max(most, y);
    n.add(weight);
    sumX.add(x * weight);
    sumY.add(y * weight);
    sumXY.add(x * y * weight);
    sumX2.add(x * x * weight);
  }
  if (rows < 2) return null;
  if (least === most) return Number.isFinite(least) ? least : Number.NaN;
  const slope = (sumXY.total - (sumX.total * sumY.total) / n.total) / (sumX2.total - (sumX.total * sumX.total) / n.total);
  return slope * aheadS + (sumY.total / n.total - (slope * sumX.total) / n.total);
}
