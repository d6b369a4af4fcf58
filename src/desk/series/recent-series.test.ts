import { describe, expect, test } from "bun:test";
import { series } from "../../alerting/expression.ts";
import { ruleGroups } from "../../alerting/rules.ts";
import { realTime } from "../../alerting/time-scale.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { RecentSeries } from "./recent-series.ts";
import { planSeries } from "./series-plan.ts";

const intervalMs = 5_000;
const startMs = 1_700_000_000_000;
const plan = planSeries(ruleGroups(), realTime);
const count = "srenity_http_request_duration_seconds_count";

const sampleOf = (name: string, value: number, labels: Record<string, string> = {}) => ({ labels: { __name__: name, job: "link-service", ...labels }, value });
const latestOf = (recent: RecentSeries, name: string, nowMs: number): number[] =>
  evaluate(series(name), { source: recent, nowMs, scale: realTime }).map(({ value }) => value);
const samplesIn = (recent: RecentSeries, name: string, toMs: number): number =>
  recent.find(name, [], { fromMs: 0, toMs }).reduce((sum, { first, end }) => sum + end - first, 0);

describe("a scraped series", () => {
  test("ends when a scrape of its target has it no more, when one fails, and when it comes as NaN; and begins again", () => {
    const recent = new RecentSeries(plan, intervalMs);
    const given = [sampleOf(count, 1, { instance: "a" }), sampleOf(count, 2, { instance: "b" })];
    const failed = [{ labels: { __name__: "up", job: "link-service" }, value: 0 }];
    const ended = given.map(({ labels }) => ({ labels, value: Number.NaN }));
    const steps = [
      [given, [1, 2]],
      [given.slice(0, 1), [1]],
      [failed, []],
      [given, [1, 2]],
      [[...ended, ...failed], []],
      [given.map(({ labels, value }) => ({ labels: { ...labels }, value })), [1, 2]],
    ] as const;
    for (const [index, [samples, expected]] of steps.entries()) {
      const atMs = startMs + index * intervalMs;
      recent.append(atMs, "a", samples);
      expect(latestOf(recent, count, atMs + 1)).toEqual([...expected]);
    }
    expect(recent.figures().series).toBe(3);
  });

  test("goes on while its target is not scraped, for as long as a sample counts", () => {
    const recent = new RecentSeries(plan, intervalMs);
    recent.append(startMs, "a", [sampleOf(count, 1)]);
    recent.append(startMs + intervalMs, "b", []);
    expect(latestOf(recent, count, startMs + 299_999)).toEqual([1]);
    expect(latestOf(recent, count, startMs + 300_000)).toEqual([]);
  });

  test("is not kept when nothing reads it, by its name or by its labels", () => {
    const recent = new RecentSeries(plan, intervalMs);
    const bucket = "srenity_http_request_duration_seconds_bucket";
    recent.append(startMs, "a", [
      sampleOf("unread_total", 1),
      sampleOf(bucket, 1, { le: "7", route: "/:code", status_class: "3xx" }),
      sampleOf(bucket, 2, { le: "0.025", route: "/:code", status_class: "3xx" }),
    ]);
    expect(latestOf(recent, bucket, startMs)).toEqual([2]);
    expect(recent.figures()).toMatchObject({ series: 1, refusedSamples: 0 });
  });
});

describe("of scraped series", () => {
  test("memory keeps what the longest window reads, and no more", () => {
    const recent = new RecentSeries(plan, intervalMs);
    const [longRead, shortRead] = ["srenity_cache_lookups_total", count];
    let atMs = startMs;
    for (let scrape = 0; scrape < 1_000; scrape++, atMs += intervalMs) recent.append(atMs, "a", [sampleOf(longRead, scrape), sampleOf(shortRead, scrape)]);
    expect(samplesIn(recent, longRead, atMs)).toBeWithin(15 * 12 + 1, 17 * 12 + 1);
    expect(samplesIn(recent, shortRead, atMs)).toBeWithin(5 * 12 + 1, 8 * 12);
    for (let scrape = 0; scrape < 300; scrape++, atMs += intervalMs) recent.append(atMs, "a", [sampleOf(longRead, scrape)]);
    expect(recent.figures().series).toBe(1);
    recent.remove("a");
    expect(recent.figures()).toMatchObject({ series: 0, targets: 0 });
    expect(samplesIn(recent, longRead, atMs)).toBe(0);
  });

  test("a target that names ever new ones fills its own room only, and what is left out is counted", () => {
    const recent = new RecentSeries(plan, intervalMs);
    for (let scrape = 0; scrape < 20; scrape++) {
      const samples = Array.from({ length: 1_000 }, (_, index) => sampleOf(count, 1, { route: `/${scrape}-${index}` }));
      recent.append(startMs + scrape * intervalMs, "hostile", samples);
      recent.append(startMs + scrape * intervalMs, "calm", [sampleOf(count, 1, { route: "/:code" })]);
    }
    expect(recent.figures()).toMatchObject({ series: 5_001, refusedSamples: 15_000 });
    expect(latestOf(recent, count, startMs + 19 * intervalMs)).toEqual([1]);
    for (let scrape = 20; scrape < 200; scrape++) recent.append(startMs + scrape * intervalMs, "hostile", []);
    expect(recent.figures().series).toBe(1);
  });

  test("a scrape that comes late is left out and counted", () => {
    const recent = new RecentSeries(plan, intervalMs);
    recent.append(startMs, "a", [sampleOf(count, 1)]);
    for (const atMs of [startMs, startMs - intervalMs]) recent.append(atMs, "a", [sampleOf(count, 9)]);
    expect(latestOf(recent, count, startMs)).toEqual([1]);
    expect(recent.figures().lateScrapes).toBe(2);
  });
});
