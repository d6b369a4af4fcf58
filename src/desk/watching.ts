import type { AlertDefinition } from "../alerting/alert-definition.ts";
import type { TimeScale } from "../alerting/time-scale.ts";
import type { SeriesHistoryStore } from "../storage/series-history.ts";
import { type DeskRules, deskRules } from "./desk-rules.ts";
import { type RuleFault, RuleRunner } from "./evaluate/rule-runner.ts";
import { RecentSeries } from "./series/recent-series.ts";
import { resolutionsOf } from "./series/resolutions.ts";
import { SeriesBook } from "./series/series-book.ts";
import { planSeries } from "./series/series-plan.ts";
import { SignalHistory } from "./series/signal-history.ts";
import { createSteadyClock } from "./watch/steady-clock.ts";
import { createTargetList, type TargetList } from "./watch/target-list.ts";
import type { Identity, WatchEvent } from "./watch/watch-events.ts";
import { createWatchLoop, type WatchLoop } from "./watch/watch-loop.ts";
import { instanceOf, type WatchTarget } from "./watch/watch-target.ts";
import { createWatchGaps, type WatchGaps } from "./watch-gaps.ts";
import { shiftRules } from "./alerts/rule-candidates.ts";

/** How often a target is probed, in seconds; scaled as the rules' times are. */
const probeEveryS = 10;
/** How long one look at a target may take beyond its interval until the desk judges without it, in milliseconds. */
const lookMostMs = 4_500;

export interface WatchingParts {
  readonly targets: readonly WatchTarget[];
  readonly known: ReadonlyMap<string, Identity>;
  readonly scale: TimeScale;
  readonly store: SeriesHistoryStore;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  onEvent(event: WatchEvent): void;
  onFault(error: unknown): void;
}

/** One evaluation of everything. */
export interface Evaluated {
  readonly nowMs: number;
  /** Whether rules were evaluated: what is there may be judged. */
  readonly isJudged: boolean;
  /** Time before it that nobody watched, in milliseconds. */
  readonly unwatchedMs: number;
  readonly faults: readonly RuleFault[];
}

/** What is measured, and what rules make of it. */
export interface Watching {
  readonly rules: DeskRules;
  readonly runner: RuleRunner;
  readonly history: SignalHistory;
  readonly recent: RecentSeries;
  readonly targets: TargetList;
  readonly loop: WatchLoop;
  readonly gaps: WatchGaps;
  readonly intervalMs: number;
  /** The clock of samples and evaluations, in milliseconds since 1970. */
  clockMs(): number;
  evaluate(): Evaluated;
}

/** Puts scraping, series and rules together. @throws Failure store_* when the history cannot be read back */
export function createWatching(parts: WatchingParts): Watching {
  const { scale, monotonicMs } = parts;
  const intervalMs = scale.intervalS * 1_000;
  const jobs = parts.targets.map(({ job }) => job);
  const rules = deskRules(scale, jobs);
  const plan = planSeries(rules.groups, scale);
  const recent = new RecentSeries(plan, intervalMs);
  const history = new SignalHistory({ store: parts.store, plan, resolutions: resolutionsOf(scale), intervalMs });
  const book = new SeriesBook({ recent, history, plan });
  const runner = new RuleRunner({ groups: rules.groups, scale, book });
  const clockMs = createSteadyClock({ nowMs: parts.nowMs, monotonicMs, notBeforeMs: history.newestMs });
  const targets = createTargetList(parts.targets, parts.known);
  const gaps = createWatchGaps({ lastTickMs: history.newestMs, intervalMs, patienceMs: lookMostMs + intervalMs, nowMs: clockMs() });
  const loop = createWatchLoop({
    list: targets,
    wanted: [...plan.wanted.keys()],
    clockMs,
    monotonicMs,
    scrapeEveryMs: intervalMs,
    probeEveryMs: Math.max(intervalMs, scale.spanS(probeEveryS) * 1_000),
    onSamples: (atMs, target, samples) => {
      const isProbe = samples[0]?.labels["job"] !== target.job;
      recent.append(atMs, `${instanceOf(target)}${isProbe ? " probe" : ""}`, samples);
    },
    onEvent: parts.onEvent,
    onFault: parts.onFault,
  });
  const evaluated = rules.alerts satisfies readonly AlertDefinition[];
  return {
    rules,
    runner,
    history,
    recent,
    targets,
    loop,
    gaps,
    intervalMs,
    clockMs,
    evaluate: () => {
      const nowMs = clockMs();
      const unwatchedMs = gaps.note(nowMs);
      if (unwatchedMs > 0) shiftRules(evaluated, runner, unwatchedMs);
      book.copyScraped(nowMs);
      const scrapedAtMs = targets.states().map((state) => state.scrapedAtMs);
      const isJudged = gaps.mayJudge(nowMs, scrapedAtMs);
      return { nowMs, isJudged, unwatchedMs, faults: isJudged ? runner.run(nowMs).faults : [] };
    },
  };
}
