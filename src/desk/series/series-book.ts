import type { Matcher } from "../../alerting/expression.ts";
import { type Sample, signature } from "../evaluate/evaluate.ts";
import type { Labels, SeriesSamples, SeriesSource } from "../evaluate/series-source.ts";
import type { RecentSeries } from "./recent-series.ts";
import type { SeriesPlan } from "./series-plan.ts";
import type { SignalHistory } from "./signal-history.ts";

export interface SeriesBookParts {
  readonly recent: RecentSeries;
  readonly history: SignalHistory;
  readonly plan: SeriesPlan;
}

/** All series the rules read: recorded ones from the history, scraped ones from memory. */
export class SeriesBook implements SeriesSource {
  readonly #parts: SeriesBookParts;
  /** Copied series that have not ended. */
  readonly #copied = new Map<string, Labels>();
  #copiedAtMs: number;

  constructor(parts: SeriesBookParts) {
    this.#parts = parts;
    this.#copiedAtMs = parts.history.newestMs;
  }

  find(metric: string, matchers: readonly Matcher[], span: { fromMs: number; toMs: number }): SeriesSamples[] {
    const { recent, history, plan } = this.#parts;
    return (plan.historyNames.has(metric) ? history : recent).find(metric, matchers, span);
  }

  isSettled(metric: string): boolean {
    return !this.#parts.plan.historyNames.has(metric);
  }

  /**
   * Copies what was scraped since the last call of the series that are kept for long, stamped with this moment. To be called at
   * each tick, before the rules. Without a new scrape nothing is copied: a time that nobody watched stays a gap.
   */
  copyScraped(nowMs: number): void {
    const { recent, history, plan } = this.#parts;
    const span = { fromMs: this.#copiedAtMs + 1, toMs: nowMs };
    const samples: Sample[] = [];
    for (const { labels, values, end } of plan.copiedNames.flatMap((name) => recent.find(name, [], span))) {
      const value = values[end - 1] as number;
      const key = signature(labels);
      if (!Number.isNaN(value)) this.#copied.set(key, labels);
      else if (!this.#copied.delete(key)) continue;
      samples.push({ labels, value });
    }
    this.#copiedAtMs = nowMs;
    history.append(nowMs, samples);
  }

  /** Adds recorded samples of this moment; rules that follow see them. */
  record(nowMs: number, samples: readonly Sample[]): void {
    this.#parts.history.append(nowMs, samples);
  }
}
