import type { Buckets } from "../../storage/series-history.ts";
import type { Labels, SeriesSamples } from "../evaluate/series-source.ts";
import type { Resolution, Resolutions } from "./resolutions.ts";
import { SlidingColumns } from "./sliding-columns.ts";

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The two resolutions that are kept in buckets. */
export type Tier = "middle" | "coarse";
export const tiers = ["middle", "coarse"] as const;

/** Samples held beyond those that the fine resolution spans, for ticks that come a little early. */
const spareSamples = 64;
/** Buckets held of one resolution; longer than any window of a rule at the real scale of time. */
const bucketsMost = 20_000;

const [starts, counts, sums, lows, highs] = [0, 1, 2, 3, 4] as const;
const bucketColumns = 5;

/** One recorded series in memory: the samples of the last hours, and buckets of what a rule reads further back or is not written yet. */
export class Signal {
  readonly id: number;
  readonly labels: Labels;
  /** When it last had a value, in milliseconds since 1970. */
  lastMs = 0;
  readonly #resolutions: Resolutions;
  readonly #samples: SlidingColumns;
  readonly #buckets: Readonly<Record<Tier, SlidingColumns>>;
  #newestMs = 0;

  constructor({ id, labels }: { id: number; labels: Labels }, resolutions: Resolutions, intervalMs: number) {
    this.id = id;
    this.labels = labels;
    this.#resolutions = resolutions;
    this.#samples = new SlidingColumns(2, Math.ceil(resolutions.fine.keepMs / intervalMs) + spareSamples);
    this.#buckets = { middle: new SlidingColumns(bucketColumns, bucketsMost), coarse: new SlidingColumns(bucketColumns, bucketsMost) };
  }

  /** Bytes of memory that its numbers take. */
  get bytes(): number {
    return this.#samples.bytes + this.#buckets.middle.bytes + this.#buckets.coarse.bytes;
  }

  /**
   * Adds a sample; NaN says that the series ended. A second one of the same moment is left out.
   *
   * @param sealedMs by tier: up to when its buckets are written, and need no more counting
   */
  add(atMs: number, value: number, sealedMs: Readonly<Record<Tier, number>>): void {
    if (atMs <= this.#newestMs) return;
    this.#newestMs = atMs;
    this.#samples.push(atMs, value);
    if (Number.isNaN(value)) return;
    this.lastMs = atMs;
    for (const tier of tiers) if (atMs >= sealedMs[tier]) this.#count(tier, atMs, value);
  }

  #count(tier: Tier, atMs: number, value: number): void {
    const rows = this.#buckets[tier];
    const { stepMs } = this.#resolutions[tier];
    const startMs = Math.floor(atMs / stepMs) * stepMs;
    const last = rows.length - 1;
    if (last < 0 || rows.get(starts, last) !== startMs) return rows.push(startMs, 1, value, value, value);
    rows.set(counts, last, rows.get(counts, last) + 1);
    rows.set(sums, last, rows.get(sums, last) + value);
    rows.set(lows, last, Math.min(rows.get(lows, last), value));
    rows.set(highs, last, Math.max(rows.get(highs, last), value));
  }

  /** Takes buckets that were read back, older than any it has. */
  addBuckets(tier: Tier, read: Buckets): void {
    for (const [index, startMs] of read.startsMs.entries())
      this.#buckets[tier].push(startMs, read.counts[index] ?? 0, read.sums[index] ?? 0, read.lows[index] ?? 0, read.highs[index] ?? 0);
  }

  /** Lets go of samples and buckets before a moment of their own. */
  forgetBefore({ samplesMs, middleMs, coarseMs }: { samplesMs: number; middleMs: number; coarseMs: number }): void {
    this.#samples.dropBefore(samplesMs);
    this.#buckets.middle.dropBefore(middleMs);
    this.#buckets.coarse.dropBefore(coarseMs);
  }

  /** Buckets that start from `fromMs` on and before `toMs`. */
  bucketsIn(tier: Tier, { fromMs, toMs }: Span): Buckets {
    const rows = this.#buckets[tier];
    const [from, to] = [rows.rowAt(fromMs), rows.rowAt(toMs)];
    const view = (column: number): Float64Array => rows.view(column, from, to);
    return { startsMs: view(starts), counts: view(counts), sums: view(sums), lows: view(lows), highs: view(highs) };
  }

  /** When its first bucket from `fromMs` on starts; infinity without one. */
  firstBucketMs(tier: Tier, fromMs: number): number {
    const rows = this.#buckets[tier];
    const row = rows.rowAt(fromMs);
    return row < rows.length ? rows.get(starts, row) : Number.POSITIVE_INFINITY;
  }

  /** Samples of a span that is as fine as there is, both ends included. */
  pointsIn({ fromMs, toMs }: Span): { timesMs: Float64Array; values: Float64Array } {
    const [from, to] = [this.#samples.rowAt(fromMs), this.#samples.rowAt(toMs + 1)];
    return { timesMs: this.#samples.view(0, from, to), values: this.#samples.view(1, from, to) };
  }

  /**
   * What the evaluator reads: samples where they are still there, buckets before. A bucket counts as a whole, where its middle is.
   *
   * @param newestMs when the history last got anything, whichever series it was
   */
  samplesIn({ fromMs, toMs }: Span, newestMs: number): SeriesSamples | null {
    const { fine, middle, coarse } = this.#resolutions;
    const oldestMs = newestMs - fine.keepMs;
    if (fromMs >= oldestMs) {
      const [first, end] = [this.#samples.rowAt(fromMs), this.#samples.rowAt(toMs + 1)].map((row) => this.#samples.placeOf(row)) as [number, number];
      return first === end ? null : { labels: this.labels, timesMs: this.#samples.column(0), values: this.#samples.column(1), first, end };
    }
    // Where one resolution ends and the next begins is where a bucket of the coarser one does, so that nothing counts twice.
    const samplesFromMs = upTo(oldestMs, middle.stepMs);
    const middleFromMs = upTo(newestMs - middle.keepMs, coarse.stepMs);
    const parts = [
      this.#part("coarse", coarse, { fromMs, toMs: Math.min(toMs, middleFromMs - 1) }),
      this.#part("middle", middle, { fromMs: Math.max(fromMs, middleFromMs), toMs: Math.min(toMs, samplesFromMs - 1) }),
    ];
    return joined(this.labels, parts, this.pointsIn({ fromMs: Math.max(fromMs, samplesFromMs), toMs }));
  }

  #part(tier: Tier, { stepMs }: Resolution, { fromMs, toMs }: Span): Part {
    const middleMs = stepMs / 2;
    return { ...this.bucketsIn(tier, { fromMs: fromMs - middleMs, toMs: toMs - middleMs + 1 }), middleMs };
  }
}

function upTo(timeMs: number, stepMs: number): number {
  return Math.ceil(timeMs / stepMs) * stepMs;
}

type Part = Buckets & { middleMs: number };
type Points = ReturnType<Signal["pointsIn"]>;

function joined(labels: Labels, parts: readonly Part[], points: Points): SeriesSamples | null {
  const length = parts.reduce((sum, { counts }) => sum + counts.length, points.values.length);
  if (length === 0) return null;
  const column = (fromPart: (part: Part) => Float64Array, fromPoints: Float64Array | number): Float64Array => {
    const joined = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      joined.set(fromPart(part), at);
      at += part.counts.length;
    }
    if (typeof fromPoints === "number") joined.fill(fromPoints, at);
    else joined.set(fromPoints, at);
    return joined;
  };
  const timesMs = column(({ startsMs, middleMs }) => startsMs.map((startMs) => startMs + middleMs), points.timesMs);
  const values = column(({ sums, counts }) => sums.map((sum, index) => sum / (counts[index] as number)), points.values);
  const counts = column(({ counts }) => counts, 1);
  // Few ask for the extremes, and a month of them is half a megabyte.
  const buckets = {
    counts,
    get lows(): Float64Array {
      return column(({ lows }) => lows, points.values);
    },
    get highs(): Float64Array {
      return column(({ highs }) => highs, points.values);
    },
  };
  return { labels, timesMs, values, buckets, first: 0, end: length };
}
