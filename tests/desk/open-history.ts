import { ruleGroups } from "../../src/alerting/rules.ts";
import { realTime } from "../../src/alerting/time-scale.ts";
import type { Sample } from "../../src/desk/evaluate/evaluate.ts";
import { resolutionsOf } from "../../src/desk/series/resolutions.ts";
import { planSeries, type SeriesPlan } from "../../src/desk/series/series-plan.ts";
import { SignalHistory } from "../../src/desk/series/signal-history.ts";
import type { SeriesHistoryStore } from "../../src/storage/series-history.ts";
import { type OpenedDesk, openDesk } from "../../src/storage/sqlite/desk/open-desk.ts";
import { createSeriesHistoryStore } from "../../src/storage/sqlite/desk/series-history.ts";

/** Lengths of time, in milliseconds. */
export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
export const intervalMs = 5 * secondMs;

/** A midnight: every bucket and chunk begins with it. */
export const startMs = 1_700_006_400_000 - (1_700_006_400_000 % dayMs);

/** What the rules read, at the real scale of time. */
export const plan: SeriesPlan = planSeries(ruleGroups(), realTime);

export interface OpenHistory extends Disposable {
  readonly history: SignalHistory;
  readonly store: SeriesHistoryStore;
  readonly desk: OpenedDesk;
}

/** Opens the desk's database in a folder, and the history in it, as a start of the desk does. */
export function openHistory(folder: string): OpenHistory {
  const desk = openDesk(folder, startMs);
  const store = createSeriesHistoryStore(desk.database);
  const history = new SignalHistory({ store, plan, resolutions: resolutionsOf(), intervalMs });
  return { history, store, desk, [Symbol.dispose]: () => desk.close() };
}

/** A sample of a recorded series. */
export function sampleOf(name: string, value: number, labels: Readonly<Record<string, string>> = { job: "link-service" }): Sample {
  return { labels: { __name__: name, ...labels }, value };
}

/** Appends one sample every so often, from a time on and before another, and saves each. @throws when the disk does not take one */
export function feed(
  history: SignalHistory,
  { fromMs, toMs, stepMs = intervalMs }: { fromMs: number; toMs: number; stepMs?: number },
  samplesAt: (atMs: number) => readonly Sample[],
): void {
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    history.append(atMs, samplesAt(atMs));
    const fault = history.save();
    if (fault !== null) throw fault;
  }
}
