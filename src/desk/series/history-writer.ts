import { Failure } from "../../errors.ts";
import type { HistoryBatch, Sealed, SeriesHistoryStore, StoredChunk, StoredSeries, StoredTick } from "../../storage/series-history.ts";
import type { Resolutions } from "./resolutions.ts";
import { type Signal, type Tier, tiers } from "./signal.ts";

/** Ticks that wait while the disk does not take them, an hour of them; the oldest leaves first. */
const waitingTicksMost = 720;
/** What one save does at most, so that it takes milliseconds: ticks written and pruned, chunks written, series whose old chunks are looked for. */
const ticksPerSave = 60;
const prunedTicksPerSave = 16;
const chunksPerSave = 60;
const prunedSeriesPerSave = 4;

/** Chunks of one resolution and stretch of time that are being written, some at each save. */
interface Sealing {
  readonly tier: Tier;
  readonly startMs: number;
  readonly signals: readonly Signal[];
}

interface Planned {
  readonly batch: HistoryBatch;
  readonly sealing: Sealing | null;
}

/** Brings the history to disk, a slice at each tick. While the disk does not take it, it waits in memory. */
export class HistoryWriter {
  readonly #store: SeriesHistoryStore;
  readonly #resolutions: Resolutions;
  readonly #signals: () => readonly Signal[];
  readonly #sealedMs: Record<Tier, number> = { middle: 0, coarse: 0 };
  #waiting: { atMs: number; samples: { id: number; value: number }[] }[] = [];
  #newSeries: StoredSeries[] = [];
  #forgotten: number[] = [];
  #sealing: Sealing | null = null;
  #pruneNext = 0;
  #lostTicks = 0;

  constructor(store: SeriesHistoryStore, resolutions: Resolutions, signals: () => readonly Signal[]) {
    this.#store = store;
    this.#resolutions = resolutions;
    this.#signals = signals;
    for (const { stepMs, untilMs } of store.sealed()) for (const tier of tiers) if (resolutions[tier].stepMs === stepMs) this.#sealedMs[tier] = untilMs;
  }

  /** By tier: up to when its buckets are on disk. */
  get sealedMs(): Readonly<Record<Tier, number>> {
    return this.#sealedMs;
  }

  get waitingTicks(): number {
    return this.#waiting.length;
  }

  /** Ticks that waited too long, so far. */
  get lostTicks(): number {
    return this.#lostTicks;
  }

  noteSeries(series: StoredSeries): void {
    this.#newSeries.push(series);
  }

  noteForgotten(id: number): void {
    this.#forgotten.push(id);
  }

  note(atMs: number, samples: readonly { id: number; value: number }[]): void {
    const last = this.#waiting.at(-1);
    if (last?.atMs === atMs) last.samples.push(...samples);
    else this.#waiting.push({ atMs, samples: [...samples] });
    if (this.#waiting.length <= waitingTicksMost) return;
    this.#waiting.shift();
    this.#lostTicks++;
  }

  /** Writes what waits. Returns why the disk does not take it; it is kept then, and tried again at the next save. */
  save(newestMs: number): Failure | null {
    const { batch, sealing } = this.#plan(newestMs);
    try {
      this.#store.write(batch);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
    this.#newSeries = [];
    this.#forgotten = [];
    this.#waiting = this.#waiting.slice(batch.ticks.length);
    this.#pruneNext += prunedSeriesPerSave;
    this.#sealing = sealing;
    for (const tier of tiers)
      this.#sealedMs[tier] = batch.sealed.find(({ stepMs }) => stepMs === this.#resolutions[tier].stepMs)?.untilMs ?? this.#sealedMs[tier];
    return null;
  }

  #plan(newestMs: number): Planned {
    const ticks: StoredTick[] = this.#waiting.slice(0, ticksPerSave);
    // A chunk is written from memory, which may know ticks that wait; so ticks are pruned by what is sealed, not by time alone.
    const current = this.#sealing ?? this.#nextSealing(newestMs);
    const { chunks, sealed, rest } = this.#seal(current);
    const ticksBeforeMs = Math.min(newestMs - this.#resolutions.fine.keepMs, ...tiers.map((tier) => this.#sealedMs[tier]));
    const batch: HistoryBatch = {
      series: this.#newSeries,
      ticks,
      chunks,
      sealed,
      prune: { ticksBeforeMs, ticksMost: prunedTicksPerSave, chunks: this.#chunksToPrune(newestMs) },
      forgotten: this.#forgotten,
    };
    return { batch, sealing: rest };
  }

  /** The oldest chunks that are complete and not written; stretches in which no series had a sample are passed over. */
  #nextSealing(newestMs: number): Sealing | null {
    const signals = this.#signals();
    for (const tier of tiers) {
      const { chunkMs } = this.#resolutions[tier];
      const firstMs = signals.reduce((first, signal) => Math.min(first, signal.firstBucketMs(tier, this.#sealedMs[tier])), Number.POSITIVE_INFINITY);
      const startMs = Math.floor(firstMs / chunkMs) * chunkMs;
      if (startMs + chunkMs <= newestMs) return { tier, startMs, signals };
    }
    return null;
  }

  #seal(current: Sealing | null): { chunks: StoredChunk[]; sealed: Sealed[]; rest: Sealing | null } {
    if (!current) return { chunks: [], sealed: [], rest: null };
    const { tier, startMs } = current;
    const known = new Set(this.#signals());
    const signals = current.signals.filter((signal) => known.has(signal));
    const { stepMs, chunkMs } = this.#resolutions[tier];
    const untilMs = startMs + chunkMs;
    const chunks = signals.slice(0, chunksPerSave).flatMap((signal): StoredChunk[] => {
      const buckets = signal.bucketsIn(tier, { fromMs: startMs, toMs: untilMs });
      return buckets.startsMs.length === 0 ? [] : [{ seriesId: signal.id, stepMs, startMs, buckets }];
    });
    const rest = signals.slice(chunksPerSave);
    return rest.length > 0 ? { chunks, sealed: [], rest: { ...current, signals: rest } } : { chunks, sealed: [{ stepMs, untilMs }], rest: null };
  }

  /** A few series at each save, in turn. */
  #chunksToPrune(newestMs: number): HistoryBatch["prune"]["chunks"] {
    const signals = this.#signals();
    const count = Math.min(prunedSeriesPerSave, signals.length);
    return Array.from({ length: count }, (_, index) => signals[(this.#pruneNext + index) % signals.length] as Signal).flatMap(({ id }) =>
      tiers.map((tier) => {
        const { stepMs, keepMs, chunkMs } = this.#resolutions[tier];
        return { seriesId: id, stepMs, beforeMs: newestMs - keepMs - chunkMs };
      }),
    );
  }
}
