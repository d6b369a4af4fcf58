import type { Sample } from "./exposition.ts";
import { createProbeTarget, probeTimeoutMs } from "./probe-target.ts";
import { createRound } from "./round.ts";
import { createSeriesTemplates } from "./series-templates.ts";
import { createScrapeTarget, scrapeTimeoutMs } from "./scrape-target.ts";
import type { TargetList } from "./target-list.ts";
import type { WatchEvent } from "./watch-events.ts";
import type { WatchTarget } from "./watch-target.ts";

/** How often every target is scraped and probed unless said otherwise, in milliseconds. */
const scrapeEveryMs = 5_000;
const probeEveryMs = 10_000;
/** A request that failed this long after its time-out met a desk that stood still, in milliseconds. */
const standstillMs = 1_000;
/** How often a standstill is told of, in milliseconds: it meets all targets alike. */
const standstillEveryMs = 60_000;
/** How long `stop` waits for requests that it cut off, in milliseconds. */
const stopTimeoutMs = 1_000;

export interface WatchLoopOptions {
  readonly list: TargetList;
  /** Metrics that are kept; null keeps all. */
  readonly wanted: Iterable<string> | null;
  /** What samples are stamped with, in milliseconds since 1970; never goes back (`createSteadyClock`). */
  readonly clockMs: () => number;
  readonly monotonicMs: () => number;
  readonly scrapeEveryMs?: number;
  readonly probeEveryMs?: number;
  /** For one scrape and for one probed path. */
  readonly timeoutMs?: number;
  /** Takes the samples of one target, all of the time `atMs`; a value of NaN ends its series. Each series comes in order of time. */
  onSamples(atMs: number, target: WatchTarget, samples: readonly Sample[]): void;
  onEvent(event: WatchEvent): void;
  /** Told what `onSamples` or `onEvent` threw, and when the desk itself stood still: faults of the desk, none of the target. */
  onFault(error: unknown): void;
}

export interface WatchLoop {
  start(): void;
  /** Cuts off what runs; nothing is reported afterwards. */
  stop(): Promise<void>;
}

/** Scrapes and probes every target again and again. A slow target delays only its own next turn. */
export function createWatchLoop(options: WatchLoopOptions): WatchLoop {
  const { list, wanted, clockMs, monotonicMs, onSamples, onEvent, onFault } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const templates = createSeriesTemplates();
  let toldStandstillAtMs = Number.NEGATIVE_INFINITY;

  const report = (act: () => void): void => {
    if (signal.aborted) return;
    try {
      act();
    } catch (error) {
      onFault(error);
    }
  };
  /** Whether a failure counts: an answer that came while the desk stood still looks like none. */
  const isVerdict = (isOk: boolean, durationMs: number, timeoutMs: number): boolean => {
    if (isOk || durationMs <= timeoutMs + standstillMs) return true;
    const nowMs = monotonicMs();
    if (signal.aborted || nowMs - toldStandstillAtMs < standstillEveryMs) return false;
    toldStandstillAtMs = nowMs;
    onFault(new Error(`the desk stood still: a request with a time-out of ${timeoutMs} ms took ${Math.round(durationMs)} ms`));
    return false;
  };
  const scrapeJob = (target: WatchTarget) => {
    const timeoutMs = options.timeoutMs ?? scrapeTimeoutMs;
    const source = createScrapeTarget({ target, wanted, templates, monotonicMs, timeoutMs });
    return async (): Promise<void> => {
      const atMs = clockMs();
      const scrape = await source.scrape(signal);
      if (!isVerdict(scrape.isUp, scrape.durationMs, timeoutMs)) return;
      report(() => onSamples(atMs, target, scrape.samples));
      report(() => {
        const event = list.recordScrape(target, scrape, atMs);
        if (event !== null) onEvent(event);
      });
    };
  };
  const probeJob = (target: WatchTarget) => {
    const timeoutMs = options.timeoutMs ?? probeTimeoutMs;
    const source = createProbeTarget({ target, monotonicMs, timeoutMs });
    return async (): Promise<void> => {
      const atMs = clockMs();
      const probe = await source.probe(signal);
      if (!probe.checks.every(({ isOk, durationMs }) => isVerdict(isOk, durationMs, timeoutMs))) return;
      report(() => onSamples(atMs, target, probe.samples));
      report(() => list.recordProbe(target, probe, atMs));
    };
  };
  const rounds = [
    createRound({ jobs: list.targets.map(scrapeJob), everyMs: options.scrapeEveryMs ?? scrapeEveryMs, monotonicMs }),
    createRound({ jobs: list.targets.map(probeJob), everyMs: options.probeEveryMs ?? probeEveryMs, monotonicMs }),
  ];
  return {
    start: () => {
      for (const round of rounds) round.start();
    },
    stop: async () => {
      stopping.abort();
      const stopped = Promise.all(rounds.map((round) => round.stop()));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, stopTimeoutMs);
      });
      await Promise.race([stopped, late]);
      clearTimeout(timer);
    },
  };
}
