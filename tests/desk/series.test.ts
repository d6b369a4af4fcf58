import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OverTimeFunction, overTime, series } from "../../src/alerting/expression.ts";
import { realTime } from "../../src/alerting/time-scale.ts";
import { evaluate } from "../../src/desk/evaluate/evaluate.ts";
import type { SeriesSource } from "../../src/desk/evaluate/series-source.ts";
import { deskDatabaseName, openDesk } from "../../src/storage/sqlite/desk/open-desk.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { canMount, makeSmallDisk } from "../reliability/small-disk.ts";
import { dayMs, feed, hourMs, intervalMs, minuteMs, openHistory, sampleOf, startMs } from "./open-history.ts";

/** A metric that rules read over thirty days, and one that none reads. */
const longRead = "slo:requests:rate1m";
const plain = "signal:plain";

/** What a function over a window says of a metric's only series; null where it says nothing. */
function over(source: SeriesSource, name: Exclude<OverTimeFunction, "predict_linear">, metric: string, at: { nowMs: number; windowMs: number }): number | null {
  const samples = evaluate(overTime(name, series(metric), at.windowMs / 1000), { source, nowMs: at.nowMs, scale: realTime });
  return samples[0]?.value ?? null;
}

describe("what rules read over long windows", () => {
  test("is what they would read of every sample: exact within six hours, beyond to the bucket at the window's edge", () => {
    using folder = temporaryFolder();
    using opened = openHistory(folder.path);
    const { history } = opened;
    const kept: { atMs: number; value: number }[] = [];
    const spans = [
      { fromMs: startMs, toMs: startMs + 8 * dayMs, stepMs: minuteMs },
      { fromMs: startMs + 8 * dayMs, toMs: startMs + 8 * dayMs + 7 * hourMs, stepMs: intervalMs },
    ];
    for (const span of spans) {
      feed(history, span, (atMs) => {
        const value = ((atMs / 1000) % 977) + 0.125;
        // Two hours a day nobody watches.
        if (atMs % dayMs < 2 * hourMs && span.stepMs === minuteMs) return [];
        kept.push({ atMs, value });
        return [sampleOf(longRead, value)];
      });
    }
    const nowMs = kept.at(-1)!.atMs;
    const within = (fromMs: number) => kept.filter(({ atMs }) => atMs >= fromMs).map(({ value }) => value);
    for (const [windowMs, edgeMs] of [
      [minuteMs, 0],
      [6 * hourMs, 0],
      [7 * hourMs, minuteMs / 2],
      [dayMs, minuteMs / 2],
      [6.5 * dayMs, minuteMs / 2],
      [8 * dayMs, 7.5 * minuteMs],
    ] as const) {
      const [most, least] = [within(nowMs - windowMs - edgeMs), within(nowMs - windowMs + edgeMs)];
      const count = over(history, "count_over_time", longRead, { nowMs, windowMs })!;
      expect(count).toBeGreaterThanOrEqual(least.length);
      expect(count).toBeLessThanOrEqual(most.length);
      // The samples that the count says, the newest ones.
      const counted = kept.slice(-count).map(({ value }) => value);
      const sum = counted.reduce((sum, value) => sum + value, 0);
      expect(over(history, "sum_over_time", longRead, { nowMs, windowMs })).toBeCloseTo(sum, 3);
      expect(over(history, "avg_over_time", longRead, { nowMs, windowMs })).toBeCloseTo(sum / count, 8);
      expect(over(history, "min_over_time", longRead, { nowMs, windowMs })).toBe(counted.reduce((low, value) => Math.min(low, value)));
      expect(over(history, "max_over_time", longRead, { nowMs, windowMs })).toBe(counted.reduce((high, value) => Math.max(high, value)));
    }
  }, 60_000);

  test("is the same after a restart, whenever it comes, and before one", () => {
    const moments = fc.array(fc.record({ lastingMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * 7 * minuteMs), isWatched: fc.boolean() }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(moments, (drawn) => {
        using folder = temporaryFolder();
        let atMs = startMs + 11 * minuteMs;
        let before: unknown = null;
        for (const { lastingMs, isWatched } of drawn) {
          using opened = openHistory(folder.path);
          const { history } = opened;
          const answers = () =>
            [minuteMs, hourMs, 6 * hourMs, dayMs, 30 * dayMs].flatMap((windowMs) =>
              (["sum_over_time", "count_over_time", "min_over_time", "max_over_time"] as const).map((name) =>
                over(history, name, longRead, { nowMs: atMs, windowMs }),
              ),
            );
          if (before !== null) expect(answers()).toEqual(before as ReturnType<typeof answers>);
          const toMs = atMs + lastingMs;
          if (isWatched) feed(history, { fromMs: atMs, toMs, stepMs: 20_000 }, (at) => [sampleOf(longRead, (at / 1000) % 64)]);
          atMs = toMs;
          before = answers();
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

test("what was watched shortly before a pause of days is not lost, wherever the desk ends after it", () => {
  for (const pauseMs of [2 * dayMs, 8 * dayMs]) {
    using folder = temporaryFolder();
    const pausedMs = startMs + 50 * minuteMs;
    const samples = [sampleOf(longRead, 1), sampleOf(plain, 1)];
    {
      using opened = openHistory(folder.path);
      feed(opened.history, { fromMs: startMs, toMs: pausedMs }, () => samples);
    }
    for (let start = 0; start < 5; start++) {
      using opened = openHistory(folder.path);
      const atMs = pausedMs + pauseMs + start * intervalMs;
      feed(opened.history, { fromMs: atMs, toMs: atMs + 1 }, () => samples);
      expect(over(opened.history, "sum_over_time", longRead, { nowMs: atMs, windowMs: 20 * dayMs })).toBe(50 * 12 + start + 1);
      const minutes = opened.history.query({ name: plain, fromMs: startMs, toMs: pausedMs - 1, pointsMost: 51 });
      expect(minutes.series[0]?.values).not.toContain(null);
      expect(minutes.stepMs).toBe(pauseMs < 7 * dayMs ? minuteMs : 15 * minuteMs);
    }
  }
});

test("of more series than there is room for, the new are left out and counted, until one of the old was silent for hours and gives its place", () => {
  using folder = temporaryFolder();
  using opened = openHistory(folder.path);
  const { history, store } = opened;
  const many = Array.from({ length: 2_000 }, (_, index) => sampleOf(plain, 1, { instance: String(index) }));
  const fresh = [sampleOf(plain, 1, { instance: "fresh" })];
  feed(history, { fromMs: startMs, toMs: startMs + minuteMs }, () => [...many, ...fresh]);
  expect(history.figures()).toMatchObject({ signals: 2_000, refusedSamples: 12 });
  feed(history, { fromMs: startMs + 7 * hourMs, toMs: startMs + 8 * hourMs }, () => fresh);
  expect(history.figures()).toMatchObject({ signals: 2_000, refusedSamples: 12 });
  expect(store.size().series).toBe(2_000);
  expect(store.listSeries().map(({ labels }) => labels)).toContain(JSON.stringify({ __name__: plain, instance: "fresh" }));
}, 60_000);

describe("charts", () => {
  test("show a time that nobody watched as a gap, never as zero, before and after a restart", () => {
    using folder = temporaryFolder();
    const [goneMs, backMs, endMs] = [startMs + 2 * hourMs, startMs + 3 * hourMs, startMs + 4 * hourMs];
    const query = { name: plain, fromMs: startMs, toMs: endMs, pointsMost: 240 };
    {
      using opened = openHistory(folder.path);
      feed(opened.history, { fromMs: startMs, toMs: goneMs }, () => [sampleOf(plain, 5)]);
    }
    using opened = openHistory(folder.path);
    feed(opened.history, { fromMs: backMs, toMs: endMs }, () => [sampleOf(plain, 7)]);
    for (const pointsMost of [240, 40, 16]) {
      const { timesMs, stepMs, series } = opened.history.query({ ...query, pointsMost });
      expect(timesMs.length).toBeLessThanOrEqual(pointsMost);
      for (const [index, atMs] of timesMs.entries()) {
        const expected = atMs + stepMs <= goneMs ? 5 : atMs < goneMs ? 5 : atMs + stepMs <= backMs ? null : atMs >= endMs ? null : 7;
        expect(series[0]?.values[index] ?? null).toBe(expected);
      }
    }
  });

  test("hold what is recorded once a minute, up to where it ends", () => {
    using folder = temporaryFolder();
    using opened = openHistory(folder.path);
    const seldom = "slo:sli_error:ratio_rate30d";
    feed(opened.history, { fromMs: startMs, toMs: startMs + hourMs }, (atMs) =>
      atMs % minuteMs === 0 && atMs < startMs + hourMs / 2 ? [sampleOf(seldom, 1)] : [],
    );
    const { values } = opened.history.query({ name: seldom, fromMs: startMs, toMs: startMs + hourMs, pointsMost: 2_000 }).series[0]!;
    const lastAt = values.lastIndexOf(1);
    expect(values.slice(0, lastAt + 1).every((value) => value === 1)).toBe(true);
    expect(lastAt).toBe((29 * minuteMs) / intervalMs);
  });

  test("align all series on one grid, with the lowest and the highest of each point", () => {
    using folder = temporaryFolder();
    using opened = openHistory(folder.path);
    feed(opened.history, { fromMs: startMs, toMs: startMs + hourMs }, (atMs) => [
      sampleOf(plain, (atMs / intervalMs) % 12, { instance: "a" }),
      ...(atMs >= startMs + hourMs / 2 ? [sampleOf(plain, 3, { instance: "b" })] : []),
    ]);
    const chart = opened.history.query({ name: plain, fromMs: startMs, toMs: startMs + hourMs - 1, pointsMost: 61 });
    expect(chart.stepMs).toBe(minuteMs);
    expect(chart.timesMs).toEqual(Array.from({ length: 60 }, (_, index) => startMs + index * minuteMs));
    const [a, b] = ["a", "b"].map((instance) => chart.series.find(({ labels }) => labels["instance"] === instance)!);
    expect([a!.values[9], a!.lows[9], a!.highs[9]]).toEqual([5.5, 0, 11]);
    expect(b!.values).toEqual([...Array<null>(30).fill(null), ...Array<number>(30).fill(3)]);
    const only = opened.history.query({
      name: plain,
      matchers: series("", { instance: "b" }).matchers,
      fromMs: startMs,
      toMs: startMs + hourMs,
      pointsMost: 61,
    });
    expect(only.series.map(({ labels }) => labels["instance"])).toEqual(["b"]);
  });
});

/** Names of damaged copies in a folder. */
const copiesIn = (folder: string): string[] => readdirSync(folder).filter((name) => /\.damaged-[0-9TZ]+$/.test(name));

describe("a desk's database that is", () => {
  test("damaged is kept beside a new one, which works; and the opening says so", () => {
    for (const damage of ["flipped", "no database", "cut off"] as const) {
      using folder = temporaryFolder();
      const file = join(folder.path, deskDatabaseName);
      {
        using opened = openHistory(folder.path);
        expect(opened.desk.damaged).toBeNull();
        feed(opened.history, { fromMs: startMs, toMs: startMs + 2 * hourMs }, () =>
          Array.from({ length: 20 }, (_, index) => sampleOf(`${plain}:${index}`, Math.random())),
        );
        opened.desk.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
      }
      const bytes = readFileSync(file);
      if (damage === "flipped") bytes.fill(0x5a, 2 * 4_096, 12 * 4_096);
      writeFileSync(file, damage === "no database" ? "a text, and no database".repeat(100) : bytes);
      if (damage === "cut off") truncateSync(file, bytes.length - 3 * 4_096);
      using again = openHistory(folder.path);
      expect(again.desk.damaged?.fault).toBeString();
      expect(copiesIn(folder.path)).toEqual([again.desk.damaged!.copy.split("/").at(-1)!]);
      expect(again.store.size()).toMatchObject({ series: 0, ticks: 0, chunks: 0 });
      feed(again.history, { fromMs: startMs, toMs: startMs + minuteMs }, () => [sampleOf(plain, 1)]);
      expect(again.store.size().ticks).toBe(12);
    }
  });

  test("damaged again and again leaves five copies at most", () => {
    using folder = temporaryFolder();
    for (let time = 0; time < 7; time++) {
      writeFileSync(join(folder.path, deskDatabaseName), "no database".repeat(1_000));
      openDesk(folder.path, startMs + time * minuteMs).close();
    }
    expect(copiesIn(folder.path)).toHaveLength(5);
  });

  test("of a newer program is refused and not touched", () => {
    using folder = temporaryFolder();
    openDesk(folder.path, startMs).close();
    const database = new Database(join(folder.path, deskDatabaseName));
    database.run("PRAGMA user_version = 9999");
    database.close();
    expect(() => openDesk(folder.path, startMs)).toThrow("schema 9999");
    expect(copiesIn(folder.path)).toEqual([]);
  });
});

test.skipIf(!canMount)(
  "on a full disk appending says so and rules go on from memory; with space again all of it is written by itself",
  () => {
    using disk = makeSmallDisk(4);
    const values: number[] = [];
    const samplesAt = (atMs: number) => {
      const value = (atMs / 1000) % 101;
      values.push(value);
      return [sampleOf(longRead, value), ...Array.from({ length: 50 }, (_, index) => sampleOf(`${plain}:${index}`, Math.random()))];
    };
    const [filledMs, freedMs, endMs] = [startMs + 30 * minuteMs, startMs + 75 * minuteMs, startMs + 90 * minuteMs];
    const sumAt = (source: SeriesSource, nowMs: number) => over(source, "sum_over_time", longRead, { nowMs, windowMs: 5 * hourMs });
    const sum = () => values.reduce((sum, value) => sum + value, 0);
    {
      using opened = openHistory(disk.path);
      const { history } = opened;
      feed(history, { fromMs: startMs, toMs: filledMs }, samplesAt);
      disk.fill();
      let refused = 0;
      for (let atMs = filledMs; atMs < freedMs; atMs += intervalMs) {
        history.append(atMs, samplesAt(atMs));
        const fault = history.save();
        if (fault !== null) expect(fault.code).toBe("store_full");
        refused += fault === null ? 0 : 1;
        expect(sumAt(history, atMs)).toBeCloseTo(sum(), 6);
      }
      expect(refused).toBeGreaterThan(200);
      expect(history.figures().waitingTicks).toBeGreaterThan(200);
      disk.free();
      feed(history, { fromMs: freedMs, toMs: endMs }, samplesAt);
      expect(history.figures()).toMatchObject({ waitingTicks: 0, lostTicks: 0 });
    }
    using again = openHistory(disk.path);
    expect(sumAt(again.history, endMs - intervalMs)).toBeCloseTo(sum(), 6);
    expect(again.history.query({ name: longRead, fromMs: startMs, toMs: endMs - 1, pointsMost: 91 }).series[0]?.values).not.toContain(null);
  },
  60_000,
);
