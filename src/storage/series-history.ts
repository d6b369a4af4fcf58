/** A series that the history knows; `labels` is the JSON of its labels, sorted by name. */
export interface StoredSeries {
  readonly id: number;
  readonly labels: string;
}

/** What the series had at one moment, in milliseconds since 1970. A value of NaN says that the series ended. */
export interface StoredTick {
  readonly atMs: number;
  readonly samples: readonly { readonly id: number; readonly value: number }[];
}

/** Samples of one series, summed up over equal stretches of time: columns of equal length, in order of `startsMs`. */
export interface Buckets {
  readonly startsMs: Float64Array;
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

/** One row of buckets: those of one series and resolution that start from `startMs` on, up to the next chunk. */
export interface StoredChunk {
  readonly seriesId: number;
  readonly stepMs: number;
  readonly startMs: number;
  readonly buckets: Buckets;
}

/** Up to when the chunks of a resolution are written. */
export interface Sealed {
  readonly stepMs: number;
  readonly untilMs: number;
}

/** What is written together, all or nothing. */
export interface HistoryBatch {
  readonly series: readonly StoredSeries[];
  readonly ticks: readonly StoredTick[];
  /** A chunk that is there already keeps, of each bucket, the one with more samples. */
  readonly chunks: readonly StoredChunk[];
  readonly sealed: readonly Sealed[];
  /** Ticks before this leave, at most `ticksMost` of them, the oldest first. */
  readonly prune: { readonly ticksBeforeMs: number; readonly ticksMost: number; readonly chunks: readonly ChunksBefore[] };
  /** Series that leave with all they have. */
  readonly forgotten: readonly number[];
}

export interface ChunksBefore {
  readonly seriesId: number;
  readonly stepMs: number;
  readonly beforeMs: number;
}

/** Where the desk's series outlive it. Every call throws `Failure` store_* when the file cannot do it. */
export interface SeriesHistoryStore {
  listSeries(): StoredSeries[];
  sealed(): Sealed[];
  /** When the newest tick was; null without one. */
  newestTickMs(): number | null;
  /** All ticks, the oldest first, one at a time. */
  ticks(): Iterable<StoredTick>;
  /** Chunks that start from `fromMs` on and before `toMs`, the oldest first. */
  chunks(of: { readonly seriesId: number; readonly stepMs: number; readonly fromMs: number; readonly toMs: number }): StoredChunk[];
  /** When the newest chunk of a series starts; null without one. */
  newestChunkMs(seriesId: number, stepMs: number): number | null;
  write(batch: HistoryBatch): void;
  /** Rows and bytes on disk, its log included. */
  size(): { readonly series: number; readonly ticks: number; readonly chunks: number; readonly bytes: number };
}
