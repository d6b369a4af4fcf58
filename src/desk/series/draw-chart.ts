import type { Matcher } from "../../alerting/expression.ts";
import type { SeriesHistoryStore } from "../../storage/series-history.ts";
import type { Labels } from "../evaluate/series-source.ts";
import type { Resolutions } from "./resolutions.ts";
import type { Signal, Span, Tier } from "./signal.ts";

/** Most points of a chart, whatever is asked for: more than a screen has columns. */
const pointsLimit = 5_000;
/** Most series of a chart; more are no picture. */
const seriesMost = 100;
/** For how many times the spacing of its samples a value goes on without another one, before there is a gap. */
const holdSpacings = 2;

export interface ChartQuery extends Span {
  readonly name: string;
  readonly matchers?: readonly Matcher[];
  readonly pointsMost: number;
}

export interface ChartSeries {
  readonly labels: Labels;
  /** Mean of the samples from a time on for one step; null where there were none. */
  readonly values: readonly (number | null)[];
  /** The lowest and highest of those samples. */
  readonly lows: readonly (number | null)[];
  readonly highs: readonly (number | null)[];
}

export interface ChartAnswer {
  readonly stepMs: number;
  readonly timesMs: readonly number[];
  readonly series: readonly ChartSeries[];
  /** Series that match and are one too many for a chart. */
  readonly leftOut: number;
}

export interface ChartSource {
  readonly signals: readonly Signal[];
  readonly store: SeriesHistoryStore;
  readonly resolutions: Resolutions;
  readonly sealedMs: Readonly<Record<Tier, number>>;
  readonly newestMs: number;
  readonly intervalMs: number;
  /** Time between two samples of the series, in milliseconds. */
  readonly spacingMs: number;
}

interface Grid {
  readonly detail: "fine" | Tier;
  readonly firstMs: number;
  readonly stepMs: number;
  readonly length: number;
}

/** Points of every matching series on one grid of time, from the resolution that fits. @throws Failure store_* */
export function drawChart(query: ChartQuery, source: ChartSource): ChartAnswer {
  const grid = chooseGrid(query, source);
  return {
    stepMs: grid.stepMs,
    timesMs: Array.from({ length: grid.length }, (_, index) => grid.firstMs + index * grid.stepMs),
    series: source.signals
      .slice(0, seriesMost)
      .map((signal) => drawSeries(signal, grid, source))
      .filter(({ values }) => values.some((value) => value !== null)),
    leftOut: Math.max(0, source.signals.length - seriesMost),
  };
}

/** The coarsest detail that is no coarser than a point, of those that reach back far enough; else the finest of them. */
function chooseGrid({ fromMs, toMs, pointsMost }: ChartQuery, { resolutions, newestMs, intervalMs }: ChartSource): Grid {
  const { fine, middle, coarse } = resolutions;
  const points = Math.max(2, Math.min(pointsMost, pointsLimit));
  const spanMs = Math.max(toMs - fromMs, intervalMs);
  const details = [
    { detail: "fine", unitMs: intervalMs, keepMs: fine.keepMs },
    { detail: "middle", unitMs: middle.stepMs, keepMs: middle.keepMs },
    { detail: "coarse", unitMs: coarse.stepMs, keepMs: Number.POSITIVE_INFINITY },
  ] as const;
  const reaching = details.filter(({ keepMs }) => fromMs >= newestMs - keepMs);
  const chosen = reaching.findLast(({ unitMs }) => unitMs <= spanMs / points) ?? reaching[0] ?? details[2];
  // One point less than asked for, as the grid begins before the span does.
  const stepMs = Math.max(1, Math.ceil(spanMs / (points - 1) / chosen.unitMs)) * chosen.unitMs;
  const firstMs = Math.floor(fromMs / stepMs) * stepMs;
  return { detail: chosen.detail, firstMs, stepMs, length: Math.floor((toMs - firstMs) / stepMs) + 1 };
}

/** Sums of the samples in each cell of a grid. */
interface Cells {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

interface Counted {
  readonly timesMs: Float64Array;
  readonly counts: Float64Array | null;
  readonly sums: Float64Array;
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

function drawSeries(signal: Signal, grid: Grid, source: ChartSource): ChartSeries {
  const column = (value: number): Float64Array => new Float64Array(grid.length).fill(value);
  const cells: Cells = { counts: column(0), sums: column(0), lows: column(Number.POSITIVE_INFINITY), highs: column(Number.NEGATIVE_INFINITY) };
  for (const counted of readCounted(signal, grid, source)) addToCells(cells, counted, grid);
  holdValues(cells, grid, source);
  const filled = (value: (index: number) => number): (number | null)[] => Array.from(cells.counts, (count, index) => (count > 0 ? value(index) : null));
  return {
    labels: signal.labels,
    values: filled((index) => (cells.sums[index] as number) / (cells.counts[index] as number)),
    lows: filled((index) => cells.lows[index] as number),
    highs: filled((index) => cells.highs[index] as number),
  };
}

/** What the grid covers of a signal: its samples, or buckets from disk and those that are not there yet. */
function readCounted(signal: Signal, { detail, firstMs, stepMs, length }: Grid, { store, resolutions, sealedMs }: ChartSource): Counted[] {
  const span = { fromMs: firstMs, toMs: firstMs + length * stepMs };
  if (detail === "fine") {
    const { timesMs, values } = signal.pointsIn({ ...span, toMs: span.toMs - 1 });
    return [{ timesMs, counts: null, sums: values, lows: values, highs: values }];
  }
  const { stepMs: bucketMs, chunkMs } = resolutions[detail];
  const stored = store.chunks({ seriesId: signal.id, stepMs: bucketMs, fromMs: span.fromMs - chunkMs + 1, toMs: Math.min(span.toMs, sealedMs[detail]) });
  const recent = signal.bucketsIn(detail, { fromMs: Math.max(span.fromMs, sealedMs[detail]), toMs: span.toMs });
  return [...stored.map(({ buckets }) => buckets), recent].map(({ startsMs, ...sums }) => ({ timesMs: startsMs, ...sums }));
}

function addToCells(cells: Cells, { timesMs, counts, sums, lows, highs }: Counted, { firstMs, stepMs, length }: Grid): void {
  for (let index = 0; index < timesMs.length; index++) {
    const cell = Math.floor(((timesMs[index] as number) - firstMs) / stepMs);
    const sum = sums[index] as number;
    if (cell < 0 || cell >= length || Number.isNaN(sum)) continue;
    cells.counts[cell] = (cells.counts[cell] as number) + (counts ? (counts[index] as number) : 1);
    cells.sums[cell] = (cells.sums[cell] as number) + sum;
    cells.lows[cell] = Math.min(cells.lows[cell] as number, lows[index] as number);
    cells.highs[cell] = Math.max(cells.highs[cell] as number, highs[index] as number);
  }
}

/** Repeats a value over cells that are closer together than samples come, so that what is recorded once a minute is no row of gaps. */
function holdValues(cells: Cells, { stepMs }: Grid, { spacingMs }: ChartSource): void {
  const heldMost = Math.floor((holdSpacings * spacingMs) / stepMs) - 1;
  if (heldMost < 1) return;
  let filledAt = Number.NEGATIVE_INFINITY;
  const filled: number[] = [];
  for (let cell = 0; cell < cells.counts.length; cell++) {
    if ((cells.counts[cell] as number) > 0) {
      // What is held lies between two values; after the last one it may have ended.
      if (cell - filledAt - 1 <= heldMost) for (let held = filledAt + 1; held < cell; held++) filled.push(held);
      filledAt = cell;
    }
  }
  for (const cell of filled) for (const column of Object.values(cells) as Float64Array[]) column[cell] = column[cell - 1] as number;
}
