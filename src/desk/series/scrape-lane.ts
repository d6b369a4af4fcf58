import type { Labels } from "../evaluate/series-source.ts";

/** One series of a lane. */
export interface LaneSeries {
  readonly lane: ScrapeLane;
  readonly labels: Labels;
  /** One value for each scrape of the lane; NaN where the series was not there. */
  readonly values: Float64Array;
  /** When it was last there, in milliseconds since 1970. */
  seenMs: number;
  /** Whether it has left the lane, and takes no values any more. */
  isForgotten: boolean;
}

/** Scrapes of spare room, so that values move to the front once in that many. */
const spareScrapes = 16;

/** Series of one target that are kept equally long: they share their times, and a scrape is one column through all of them. */
export class ScrapeLane {
  readonly #keepMs: number;
  readonly #series = new Set<LaneSeries>();
  /** When each scrape was, in milliseconds since 1970. */
  readonly timesMs: Float64Array;
  #from = 0;
  #to = 0;

  constructor(keepMs: number, intervalMs: number) {
    this.#keepMs = keepMs;
    this.timesMs = new Float64Array(Math.ceil(keepMs / intervalMs) + 1 + spareScrapes);
  }

  get size(): number {
    return this.#series.size;
  }

  /** When the newest scrape was; 0 before the first. */
  get newestMs(): number {
    return this.#to > this.#from ? (this.timesMs[this.#to - 1] as number) : 0;
  }

  /** Begins a scrape, in which no series is there yet. Returns the series that are forgotten, as they were not there for as long as the lane keeps. */
  begin(atMs: number): LaneSeries[] {
    let forgotten: LaneSeries[] = [];
    if (this.#to === this.timesMs.length) forgotten = this.#makeRoom(atMs);
    this.timesMs[this.#to] = atMs;
    for (const { values } of this.#series) values[this.#to] = Number.NaN;
    this.#to++;
    return forgotten;
  }

  /** Sets the value of a series in the scrape that has begun. */
  put(series: LaneSeries, value: number): void {
    series.values[this.#to - 1] = value;
    series.seenMs = this.newestMs;
  }

  add(labels: Labels): LaneSeries {
    const series: LaneSeries = { lane: this, labels, values: new Float64Array(this.timesMs.length).fill(Number.NaN), seenMs: 0, isForgotten: false };
    this.#series.add(series);
    return series;
  }

  all(): Iterable<LaneSeries> {
    return this.#series;
  }

  /** Scrapes of a span, both ends included, as positions in `values`. */
  positions({ fromMs, toMs }: { fromMs: number; toMs: number }): readonly [from: number, to: number] {
    return [this.#firstAt(fromMs), this.#firstAt(toMs + 1)];
  }

  #firstAt(timeMs: number): number {
    let [low, high] = [this.#from, this.#to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.timesMs[middle] as number) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves what is kept to the front. A target that is scraped too often keeps its newest scrapes only. */
  #makeRoom(atMs: number): LaneSeries[] {
    const from = Math.max(this.#firstAt(atMs - this.#keepMs), spareScrapes);
    const forgotten: LaneSeries[] = [];
    for (const series of this.#series) {
      if (series.seenMs < atMs - this.#keepMs) {
        this.#series.delete(series);
        forgotten.push(series);
      } else series.values.copyWithin(0, from, this.#to);
    }
    this.timesMs.copyWithin(0, from, this.#to);
    this.#to -= from;
    this.#from = 0;
    return forgotten;
  }
}
