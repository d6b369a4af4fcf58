import type { Expression, Matcher, Series } from "../../alerting/expression.ts";
import type { RuleGroup } from "../../alerting/rules.ts";
import type { TimeScale } from "../../alerting/time-scale.ts";
import { lookbackMs } from "../evaluate/evaluate.ts";

/** What a rule reads of a metric, and how far back from the evaluation. */
interface Read {
  readonly series: Series;
  readonly reachMs: number;
}

/** Which series are kept where and for how long: all of it follows from the rules. */
export interface SeriesPlan {
  /** Metrics answered from the history: everything recorded, and what a rule reads further back than scrapes are kept. */
  readonly historyNames: ReadonlySet<string>;
  /** Scraped metrics whose latest value goes into the history at every tick. */
  readonly copiedNames: readonly string[];
  /** Scraped metrics that something reads, each with the matchers of those who read it. */
  readonly wanted: ReadonlyMap<string, readonly (readonly Matcher[])[]>;
  /** How long scrapes of a metric are kept, in milliseconds. */
  recentKeepMs(metric: string): number;
  /** How far back a rule reads a metric, in milliseconds. */
  reachMs(metric: string): number;
  /** Time between two samples of a recorded metric, in milliseconds. */
  spacingMs(metric: string): number;
}

/** Longest window that is answered from scrapes themselves, in seconds; what is read further back is copied into the history. */
const scrapesKeptMostS = 15 * 60;
/** Kept beyond what is read, for an evaluation that comes late, in scrapes. */
const slackScrapes = 12;
/** Copied although no rule reads far back: uptime is drawn over months. */
const alwaysCopied = ["up"];

/** Derives from the rules, and the charts' recordings among them, what has to be kept. */
export function planSeries(groups: readonly RuleGroup[], scale: TimeScale): SeriesPlan {
  const reads = groups.flatMap(({ recordings, alerts }) => [
    ...recordings.flatMap(({ expression }) => readsOf(expression, scale)),
    ...alerts.flatMap(({ condition }) => readsOf(condition, scale)),
  ]);
  const spacings = new Map(groups.flatMap(({ recordings, intervalS }) => recordings.map(({ record }) => [record, intervalS * 1000] as const)));
  const scraped = reads.filter(({ series }) => !spacings.has(series.metric));
  const keptMostMs = Math.max(scale.windowS(scrapesKeptMostS) * 1000, lookbackMs);
  const far = new Set(scraped.filter(({ reachMs }) => reachMs > keptMostMs).map(({ series }) => series.metric));
  const reaches = new Map<string, number>();
  for (const { series, reachMs } of reads) reaches.set(series.metric, Math.max(reaches.get(series.metric) ?? 0, reachMs));
  const wanted = new Map<string, (readonly Matcher[])[]>();
  for (const { series } of scraped) wanted.set(series.metric, [...(wanted.get(series.metric) ?? []), series.matchers]);
  for (const name of alwaysCopied) wanted.set(name, [[]]);
  return {
    historyNames: new Set([...spacings.keys(), ...far]),
    copiedNames: [...new Set([...far, ...alwaysCopied])],
    wanted,
    // Two lengths are enough: most metrics are read over minutes, a few over a quarter of an hour.
    recentKeepMs: (metric) => {
      const reachMs = far.has(metric) ? 0 : (reaches.get(metric) ?? 0);
      return (reachMs > lookbackMs ? keptMostMs : lookbackMs) + slackScrapes * scale.intervalS * 1000;
    },
    reachMs: (metric) => reaches.get(metric) ?? 0,
    spacingMs: (metric) => spacings.get(metric) ?? scale.intervalS * 1000,
  };
}

function readsOf(expression: Expression, scale: TimeScale): Read[] {
  const read = (series: Series, windowMs: number): Read => ({ series, reachMs: scale.spanS(series.offsetS) * 1000 + windowMs });
  switch (expression.kind) {
    case "scalar":
    case "time":
      return [];
    case "series":
      return [read(expression, lookbackMs)];
    case "over_time":
      return [read(expression.series, scale.windowS(expression.windowS) * 1000)];
    case "aggregate":
    case "quantile":
    case "absent":
      return readsOf(expression.of, scale);
    case "binary":
      return [...readsOf(expression.left, scale), ...readsOf(expression.right, scale)];
  }
}
