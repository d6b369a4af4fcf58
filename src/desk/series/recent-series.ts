import type { Matcher } from "../../alerting/expression.ts";
import { type Sample, signature } from "../evaluate/evaluate.ts";
import { type Labels, matches, type SeriesSamples, type SeriesSource } from "../evaluate/series-source.ts";
import { ScrapeLane, type LaneSeries } from "./scrape-lane.ts";
import type { SeriesPlan } from "./series-plan.ts";

/** Series kept of one target; the link service has some 600 that something reads. */
const seriesPerTargetMost = 5_000;
/** Series kept of all targets: 100 MB at the default interval. */
const seriesMost = 100_000;
/** Selectors whose series are remembered; rules and charts have some hundred. */
const selectionsMost = 1_000;

export interface RecentFigures {
  readonly targets: number;
  readonly series: number;
  /** Samples left out so far, because their series was one too many. */
  readonly refusedSamples: number;
  /** Scrapes left out so far, because a later one of their target was there before. */
  readonly lateScrapes: number;
}

interface Target {
  readonly lanes: Map<number, ScrapeLane>;
  /** By labels, and by the object that holds them: a target's parser gives the same one at every scrape. */
  readonly bySignature: Map<string, LaneSeries>;
  /** Null for labels that nobody reads. */
  readonly byLabels: WeakMap<Labels, LaneSeries | null>;
  series: number;
}

interface Selection {
  readonly version: number;
  readonly series: readonly LaneSeries[];
}

/** Scraped samples of the last minutes, in memory only: as much as the rules read of them, and nothing that nobody reads. */
export class RecentSeries implements SeriesSource {
  readonly #plan: SeriesPlan;
  readonly #intervalMs: number;
  readonly #targets = new Map<string, Target>();
  readonly #byMetric = new Map<string, { version: number; readonly series: Set<LaneSeries> }>();
  readonly #selections = new Map<readonly Matcher[], Map<string, Selection>>();
  #series = 0;
  #refusedSamples = 0;
  #lateScrapes = 0;

  /** @param intervalMs time between two scrapes of a target, in milliseconds */
  constructor(plan: SeriesPlan, intervalMs: number) {
    this.#plan = plan;
    this.#intervalMs = intervalMs;
  }

  /**
   * Adds one scrape of a target, whole. A series that is not in it has ended, and one that comes as NaN too; a scrape that
   * failed is one with next to nothing in it.
   *
   * @param target names what was scraped; probes of a target are another one
   */
  append(atMs: number, target: string, samples: readonly Sample[]): void {
    const own = this.#targetOf(target);
    const lanes = [...own.lanes.values()];
    if (lanes.some(({ newestMs }) => atMs <= newestMs)) {
      this.#lateScrapes++;
      return;
    }
    for (const lane of lanes) this.#forget(own, lane.begin(atMs));
    for (const { labels, value } of samples) {
      const known = own.byLabels.get(labels);
      const series = known === undefined || known?.isForgotten ? this.#find(own, labels, atMs) : known;
      if (series !== null && !Number.isNaN(value)) series.lane.put(series, value);
    }
  }

  /** Forgets a target that is no longer watched. */
  remove(target: string): void {
    const own = this.#targets.get(target);
    if (!own) return;
    for (const lane of own.lanes.values()) this.#forget(own, [...lane.all()]);
    this.#targets.delete(target);
  }

  find(metric: string, matchers: readonly Matcher[], span: { fromMs: number; toMs: number }): SeriesSamples[] {
    const found: SeriesSamples[] = [];
    let lane: ScrapeLane | null = null;
    let [first, end] = [0, 0];
    for (const { lane: own, labels, values } of this.#select(metric, matchers)) {
      if (own !== lane) [first, end] = own.positions(span);
      lane = own;
      if (first < end) found.push({ labels, timesMs: own.timesMs, values, first, end });
    }
    return found;
  }

  figures(): RecentFigures {
    return { targets: this.#targets.size, series: this.#series, refusedSamples: this.#refusedSamples, lateScrapes: this.#lateScrapes };
  }

  #targetOf(name: string): Target {
    const known = this.#targets.get(name);
    if (known) return known;
    const made: Target = { lanes: new Map(), bySignature: new Map(), byLabels: new WeakMap(), series: 0 };
    this.#targets.set(name, made);
    return made;
  }

  /** The series of labels, made when it is new; null when nobody reads it or there is no room. */
  #find(target: Target, labels: Labels, atMs: number): LaneSeries | null {
    const metric = labels["__name__"] ?? "";
    if (!this.#plan.wanted.get(metric)?.some((matchers) => matches(labels, matchers))) {
      target.byLabels.set(labels, null);
      return null;
    }
    const key = signature(labels);
    const known = target.bySignature.get(key);
    if (known === undefined && (target.series >= seriesPerTargetMost || this.#series >= seriesMost)) {
      this.#refusedSamples++;
      return null;
    }
    const series = known ?? this.#add(target, { labels, key, metric, atMs });
    target.byLabels.set(labels, series);
    return series;
  }

  #add(target: Target, { labels, key, metric, atMs }: { labels: Labels; key: string; metric: string; atMs: number }): LaneSeries {
    const keepMs = this.#plan.recentKeepMs(metric);
    let lane = target.lanes.get(keepMs);
    if (!lane) {
      lane = new ScrapeLane(keepMs, this.#intervalMs);
      lane.begin(atMs);
      target.lanes.set(keepMs, lane);
    }
    const series = lane.add(labels);
    target.bySignature.set(key, series);
    const named = this.#byMetric.get(metric) ?? { version: 0, series: new Set() };
    named.series.add(series);
    named.version++;
    this.#byMetric.set(metric, named);
    target.series++;
    this.#series++;
    return series;
  }

  #forget(target: Target, forgotten: readonly LaneSeries[]): void {
    for (const series of forgotten) {
      series.isForgotten = true;
      target.bySignature.delete(signature(series.labels));
      const named = this.#byMetric.get(series.labels["__name__"] ?? "");
      named?.series.delete(series);
      if (named) named.version++;
      target.series--;
      this.#series--;
    }
  }

  /** Series of a selector, remembered by the very matchers of the rule: there are thousands to look through, and few changes. */
  #select(metric: string, matchers: readonly Matcher[]): readonly LaneSeries[] {
    const named = this.#byMetric.get(metric);
    if (!named) return [];
    const known = this.#selections.get(matchers)?.get(metric);
    if (known?.version === named.version) return known.series;
    const series = [...named.series].filter(({ labels }) => matches(labels, matchers));
    if (this.#selections.size >= selectionsMost) this.#selections.clear();
    const byMetric = this.#selections.get(matchers) ?? new Map<string, Selection>();
    byMetric.set(metric, { version: named.version, series });
    this.#selections.set(matchers, byMetric);
    return series;
  }
}
