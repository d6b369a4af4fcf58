import type { Matcher } from "../../alerting/expression.ts";
import type { Failure } from "../../errors.ts";
import type { SeriesHistoryStore } from "../../storage/series-history.ts";
import { type Sample, signature } from "../evaluate/evaluate.ts";
import { type Labels, matches, type SeriesSamples, type SeriesSource } from "../evaluate/series-source.ts";
import { type ChartAnswer, type ChartQuery, drawChart } from "./draw-chart.ts";
import { HistoryWriter } from "./history-writer.ts";
import type { Resolutions } from "./resolutions.ts";
import type { SeriesPlan } from "./series-plan.ts";
import { Signal, type Tier, tiers } from "./signal.ts";

/** Series in the history. A new one takes the place of the one that was silent longest, if that was for as long as samples are kept. */
const signalsMost = 2_000;

/** Chunks that wait in memory while the disk does not take them: a day of minutes, six days of quarters of an hour. */
const unwrittenChunksMost = 24;

export interface HistoryOptions {
  readonly store: SeriesHistoryStore;
  readonly plan: SeriesPlan;
  readonly resolutions: Resolutions;
  /** Time between two ticks, in milliseconds. */
  readonly intervalMs: number;
}

export interface HistoryFigures {
  readonly signals: number;
  /** Bytes of memory that their numbers take. */
  readonly bytes: number;
  /** Ticks that wait for the disk, and those that waited too long so far. */
  readonly waitingTicks: number;
  readonly lostTicks: number;
  /** Samples left out so far: of a series too many, or from before the newest tick. */
  readonly refusedSamples: number;
}

/**
 * Recorded series: samples of hours in memory, for rules and charts; three resolutions on disk, for more than a year.
 * A time without samples stays one, after a restart too.
 */
export class SignalHistory implements SeriesSource {
  readonly #options: HistoryOptions;
  readonly #writer: HistoryWriter;
  readonly #signals = new Map<string, Signal>();
  readonly #byMetric = new Map<string, Set<Signal>>();
  #all: readonly Signal[] = [];
  #newestMs = 0;
  #nextId = 1;
  #refusedSamples = 0;
  #isDiskAway = false;

  /** Reads back what is stored. @throws Failure store_* */
  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#writer = new HistoryWriter(options.store, options.resolutions, () => this.#all);
    this.#readBack();
  }

  /** When the newest tick was, in milliseconds since 1970; 0 without one. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** Adds what recorded series have at a moment, no earlier than the newest; NaN says that a series ended. In memory, until `save`. */
  append(atMs: number, samples: readonly Sample[]): void {
    if (atMs < this.#newestMs) {
      this.#refusedSamples += samples.length;
      return;
    }
    this.#newestMs = atMs;
    const kept: { id: number; value: number }[] = [];
    for (const { labels, value } of samples) {
      const signal = this.#signalOf(labels, value);
      if (!signal) continue;
      signal.add(atMs, value, this.#writer.sealedMs);
      kept.push({ id: signal.id, value });
    }
    this.#writer.note(atMs, kept);
  }

  /** Writes the tick, once all of it is appended. Returns why the disk does not take it: memory goes on, and the next save catches up. */
  save(): Failure | null {
    for (const signal of this.#all) this.#letGo(signal);
    const fault = this.#writer.save(this.#newestMs);
    this.#isDiskAway = fault !== null;
    return fault;
  }

  find(metric: string, matchers: readonly Matcher[], span: { fromMs: number; toMs: number }): SeriesSamples[] {
    return this.#select(metric, matchers).flatMap((signal) => signal.samplesIn(span, this.#newestMs) ?? []);
  }

  /** Points for a chart. @throws Failure store_* where older ones cannot be read */
  query(query: ChartQuery): ChartAnswer {
    const { store, resolutions, intervalMs, plan } = this.#options;
    const { sealedMs } = this.#writer;
    const signals = this.#select(query.name, query.matchers ?? []);
    return drawChart(query, { signals, store, resolutions, sealedMs, newestMs: this.#newestMs, intervalMs, spacingMs: plan.spacingMs(query.name) });
  }

  figures(): HistoryFigures {
    const bytes = this.#all.reduce((sum, signal) => sum + signal.bytes, 0);
    const { waitingTicks, lostTicks } = this.#writer;
    return { signals: this.#all.length, bytes, waitingTicks, lostTicks, refusedSamples: this.#refusedSamples };
  }

  #select(metric: string, matchers: readonly Matcher[]): Signal[] {
    return [...(this.#byMetric.get(metric) ?? [])].filter(({ labels }) => matches(labels, matchers));
  }

  #signalOf(labels: Labels, value: number): Signal | null {
    const key = signature(labels);
    const known = this.#signals.get(key);
    if (known || Number.isNaN(value)) return known ?? null;
    if (this.#all.length >= signalsMost && !this.#makeRoom()) {
      this.#refusedSamples++;
      return null;
    }
    const signal = this.#add(key, { id: this.#nextId, labels });
    this.#writer.noteSeries({ id: signal.id, labels: JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))) });
    return signal;
  }

  #add(key: string, { id, labels }: { id: number; labels: Labels }): Signal {
    const signal = new Signal({ id, labels }, this.#options.resolutions, this.#options.intervalMs);
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.#signals.set(key, signal);
    const metric = labels["__name__"] ?? "";
    this.#byMetric.set(metric, (this.#byMetric.get(metric) ?? new Set()).add(signal));
    this.#all = [...this.#all, signal];
    return signal;
  }

  /** Forgets the series that was silent longest, on disk as well; false when none was silent for long. */
  #makeRoom(): boolean {
    const oldest = this.#all.reduce((oldest, signal) => (signal.lastMs < oldest.lastMs ? signal : oldest));
    if (oldest.lastMs >= this.#newestMs - this.#options.resolutions.fine.keepMs) return false;
    this.#signals.delete(signature(oldest.labels));
    this.#byMetric.get(oldest.labels["__name__"] ?? "")?.delete(oldest);
    this.#all = this.#all.filter((signal) => signal !== oldest);
    this.#writer.noteForgotten(oldest.id);
    return true;
  }

  /** Drops from memory what no rule reads and what is written, or waits too long for it. */
  #letGo(signal: Signal): void {
    const { fine } = this.#options.resolutions;
    signal.forgetBefore({
      samplesMs: this.#newestMs - fine.keepMs,
      middleMs: this.#neededFromMs(signal, "middle"),
      coarseMs: this.#neededFromMs(signal, "coarse"),
    });
  }

  #neededFromMs(signal: Signal, tier: Tier): number {
    const { plan, resolutions } = this.#options;
    const { stepMs, keepMs, chunkMs } = resolutions[tier];
    const sealedMs = this.#writer.sealedMs[tier];
    const unwrittenFromMs = this.#isDiskAway ? Math.max(sealedMs, this.#newestMs - unwrittenChunksMost * chunkMs) : sealedMs;
    const reachMs = plan.reachMs(signal.labels["__name__"] ?? "");
    if (reachMs <= resolutions.fine.keepMs) return unwrittenFromMs;
    // Minutes end where a quarter of an hour begins.
    return Math.min(unwrittenFromMs, this.#newestMs - Math.min(reachMs + stepMs, keepMs + resolutions.coarse.stepMs));
  }

  #readBack(): void {
    const { store } = this.#options;
    const byId = new Map<number, Signal>();
    for (const { id, labels } of store.listSeries()) {
      const known = JSON.parse(labels) as Labels;
      byId.set(id, this.#add(signature(known), { id, labels: known }));
    }
    const newestMs = store.newestTickMs() ?? 0;
    for (const signal of byId.values()) this.#readBuckets(signal, newestMs);
    for (const { atMs, samples } of store.ticks()) {
      this.#newestMs = atMs;
      for (const { id, value } of samples) byId.get(id)?.add(atMs, value, this.#writer.sealedMs);
    }
    for (const signal of this.#all) this.#letGo(signal);
  }

  /** Buckets that rules read, and when a series that is silent now was last there. */
  #readBuckets(signal: Signal, newestMs: number): void {
    const { store, resolutions, plan } = this.#options;
    const reachMs = plan.reachMs(signal.labels["__name__"] ?? "");
    for (const tier of tiers) {
      const { stepMs, keepMs, chunkMs } = resolutions[tier as Tier];
      signal.lastMs = Math.max(signal.lastMs, store.newestChunkMs(signal.id, stepMs) ?? 0);
      if (reachMs <= resolutions.fine.keepMs) continue;
      const fromMs = newestMs - Math.min(reachMs, keepMs) - stepMs - chunkMs;
      for (const { buckets } of store.chunks({ seriesId: signal.id, stepMs, fromMs, toMs: Number.MAX_SAFE_INTEGER })) signal.addBuckets(tier, buckets);
    }
  }
}
