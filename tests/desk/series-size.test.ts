import { beforeAll, describe, expect, test } from "bun:test";
import { objectiveNames } from "../../src/alerting/objectives.ts";
import { resolutionsOf } from "../../src/desk/series/resolutions.ts";
import type { StoredChunk } from "../../src/storage/series-history.ts";
import { type TemporaryFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { dayMs, feed, hourMs, intervalMs, minuteMs, type OpenHistory, openHistory, sampleOf, startMs } from "./open-history.ts";

const { fine, middle, coarse } = resolutionsOf();
/** Recorded series of a desk that watches one service, and the year before its last weeks. */
const signals = 60;
const yearMs = 400 * dayMs;
const nowMs = startMs + yearMs + 30 * dayMs;

const noise = (index: number, atMs: number): number => ((index + 1) * atMs * 0.000_37) % 101;
const nameOf = (index: number): string => (index < objectiveNames.length ? "slo:bad:rate1m" : `signal:${index}`);
const samplesAt = (atMs: number) =>
  Array.from({ length: signals }, (_, index) => sampleOf(nameOf(index), noise(index, atMs), { job: "link-service", slo: objectiveNames[index % 4] ?? "" }));

/** Processor time from now on, in milliseconds: other suites run beside this one. */
function processorMs(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
}

/** Six hours of quarters of an hour, all samples of which were there. */
function chunkOf(seriesId: number, fromMs: number): StoredChunk {
  const length = coarse.chunkMs / coarse.stepMs;
  const count = coarse.stepMs / intervalMs;
  const column = (value: (startMs: number) => number) => Float64Array.from({ length }, (_, index) => value(fromMs + index * coarse.stepMs));
  const buckets = {
    startsMs: column((atMs) => atMs),
    counts: column(() => count),
    sums: column((atMs) => noise(seriesId, atMs) * count),
    lows: column((atMs) => noise(seriesId, atMs) / 2),
    highs: column((atMs) => noise(seriesId, atMs) * 2),
  };
  return { seriesId, stepMs: coarse.stepMs, startMs: fromMs, buckets };
}

/** Four hundred days as quarters of an hour, a month as it is watched with a tick in each of them, then every minute of a week and every five seconds of hours. */
function watchForAYear(folder: string): OpenHistory {
  {
    using opened = openHistory(folder);
    opened.history.append(startMs - 1, samplesAt(startMs - 1));
    expect(opened.history.save()).toBeNull();
    const none = { series: [], ticks: [], sealed: [], forgotten: [], prune: { ticksBeforeMs: 0, ticksMost: 0, chunks: [] } };
    for (let atMs = startMs; atMs < startMs + yearMs; atMs += coarse.chunkMs)
      opened.store.write({ ...none, chunks: Array.from({ length: signals }, (_, index) => chunkOf(index + 1, atMs)) });
  }
  const opened = openHistory(folder);
  const steps = [
    { toMs: nowMs - 7 * dayMs, stepMs: coarse.stepMs },
    { toMs: nowMs - 12 * hourMs, stepMs: minuteMs },
    { toMs: nowMs, stepMs: intervalMs },
  ];
  let fromMs = startMs + yearMs;
  for (const step of steps) {
    feed(opened.history, { fromMs, ...step }, samplesAt);
    fromMs = step.toMs;
  }
  return opened;
}

describe("after more than a year of sixty series", () => {
  let folder: TemporaryFolder;
  let opened: OpenHistory;
  beforeAll(() => {
    folder = temporaryFolder();
    opened = watchForAYear(folder.path);
  }, 180_000);

  test("the disk holds six hours of samples, a week of minutes and four hundred days of quarters, in less than a megabyte a series; and it stays so", () => {
    const { ticks, chunks, bytes } = opened.store.size();
    const chunksMost = signals * (coarse.keepMs / coarse.chunkMs + middle.keepMs / middle.chunkMs + 4);
    expect(ticks).toBeGreaterThanOrEqual(fine.keepMs / intervalMs);
    expect(ticks).toBeLessThanOrEqual(fine.keepMs / intervalMs + 1);
    expect(chunks).toBeGreaterThan(0.98 * chunksMost);
    expect(chunks).toBeLessThanOrEqual(chunksMost);
    expect(bytes).toBeLessThan(signals * 1_048_576);
    feed(opened.history, { fromMs: nowMs, toMs: nowMs + 12 * hourMs }, samplesAt);
    const later = opened.store.size();
    expect(later.ticks).toBeLessThanOrEqual(ticks);
    expect(later.chunks).toBeLessThanOrEqual(chunksMost);
    expect(later.bytes).toBeLessThan(bytes * 1.02);
  }, 120_000);

  test("a chart of a month takes less than a tenth of a second of the processor, and one of the whole year shows its first day", () => {
    const { newestMs } = opened.history;
    const ask = (days: number) => opened.history.query({ name: "signal:30", fromMs: newestMs - days * dayMs, toMs: newestMs, pointsMost: 1_000 });
    const tookMs = Array.from({ length: 5 }, () => {
      const took = processorMs();
      expect(ask(30).series[0]?.values.filter((value) => value === null)).toEqual([]);
      return took();
    });
    expect(Math.min(...tookMs)).toBeLessThan(100);
    const year = ask(400);
    expect(year.timesMs.length).toBeGreaterThan(900);
    expect(year.series[0]?.values[1]).toBeNumber();
  });

  test("memory holds less than 20 MB, and a restart reads back in less than two seconds of it", () => {
    expect(opened.history.figures()).toMatchObject({ signals, waitingTicks: 0, lostTicks: 0 });
    expect(opened.history.figures().bytes).toBeLessThan(20_000_000);
    opened.desk.close();
    const isBack = processorMs();
    using again = openHistory(folder.path);
    expect(isBack()).toBeLessThan(2_000);
    expect(again.history.figures().signals).toBe(signals);
    expect(again.history.newestMs).toBe(opened.history.newestMs);
    folder[Symbol.dispose]();
  });
});
