import { describe, expect, test } from "bun:test";
import type { Scrape } from "./scrape-target.ts";
import { createTargetList } from "./target-list.ts";
import type { Identity, WatchEvent } from "./watch-events.ts";
import { instanceOf, type WatchTarget } from "./watch-target.ts";

const minuteMs = 60_000;

const targetAt = (baseUrl: string): WatchTarget => ({ baseUrl, job: "link-service", metricsPath: "/prom_metrics", logFile: null, canary: null, token: null });
const targets = ["http://one:1", "http://two:2", "http://three:3"].map(targetAt);
const [one, two, three] = targets as [WatchTarget, WatchTarget, WatchTarget];

const scrapeOf = (identity: Partial<Identity>): Scrape => ({
  isUp: true,
  fault: null,
  durationMs: 5,
  sampleCount: 3,
  samples: [],
  version: null,
  startedAtMs: null,
  ...identity,
});

/** Feeds scrapes in order and collects what they tell. */
function watch(known?: ReadonlyMap<string, Identity>): { events: WatchEvent[]; see(target: WatchTarget, identity: Partial<Identity>, atMs: number): void } {
  const list = createTargetList(targets, known);
  const events: WatchEvent[] = [];
  return {
    events,
    see: (target, identity, atMs) => {
      const event = list.recordScrape(target, scrapeOf(identity), atMs);
      if (event) events.push(event);
    },
  };
}

describe("a deploy", () => {
  test("is a version that changes, seen once, and no restart beside it; a first sight and a failed scrape are none", () => {
    const { events, see } = watch();
    see(one, { version: "1.0", startedAtMs: 1_000 }, 0);
    see(one, { version: null, startedAtMs: null }, 5_000);
    see(one, { version: "1.1", startedAtMs: 9_000 }, 10_000);
    see(one, { version: "1.1", startedAtMs: 9_000 }, 15_000);
    expect(events).toEqual([{ kind: "deploy", atMs: 10_000, instance: "one:1", from: "1.0", to: "1.1" }]);
  });

  test("of several instances to one version is one, each within ten minutes of the one before", () => {
    const { events, see } = watch();
    for (const target of targets) see(target, { version: "1" }, 0);
    see(one, { version: "2" }, minuteMs);
    see(two, { version: "2" }, 11 * minuteMs);
    see(three, { version: "2" }, 21 * minuteMs);
    expect(events.map(({ instance }) => instance)).toEqual(["one:1"]);
    expect(events[0]?.atMs).toBe(minuteMs);
  });

  test("more than ten minutes later is another", () => {
    const { events, see } = watch();
    for (const target of targets) see(target, { version: "1" }, 0);
    see(one, { version: "2" }, minuteMs);
    see(two, { version: "2" }, 11 * minuteMs + 1);
    expect(events.map(({ instance }) => instance)).toEqual(["one:1", "two:2"]);
  });

  test("is told again when it was rolled back in between", () => {
    const { events, see } = watch();
    see(one, { version: "1" }, 0);
    for (const [step, version] of ["2", "1", "2"].entries()) see(one, { version }, (step + 1) * minuteMs);
    expect(events.map(({ to }) => to)).toEqual(["2", "1", "2"]);
  });

  test("that happened while the desk was away is seen against what it knew", () => {
    const { events, see } = watch(new Map([["one:1", { version: "1", startedAtMs: null }]]));
    see(one, { version: "2" }, 0);
    expect(events).toHaveLength(1);
  });
});

describe("a restart", () => {
  test("is a start of the process that changes by more than two seconds", () => {
    const { events, see } = watch();
    see(one, { version: "1", startedAtMs: 1_000_000 }, 0);
    see(one, { version: "1", startedAtMs: 1_001_900 }, 5_000);
    see(one, { version: "1", startedAtMs: 1_010_000 }, 10_000);
    expect(events).toEqual([{ kind: "restart", atMs: 10_000, instance: "one:1", from: "1970-01-01T00:16:41.900Z", to: "1970-01-01T00:16:50.000Z" }]);
  });

  test("at an impossible time is none", () => {
    const { events, see } = watch();
    see(one, { startedAtMs: 1_000 }, 0);
    see(one, { startedAtMs: 1e300 }, 5_000);
    expect(events).toEqual([]);
  });

  test("that is seen at every scrape, as behind a balancer, is told twenty times an hour", () => {
    const { events, see } = watch();
    for (let scrape = 0; scrape < 720; scrape++) see(one, { startedAtMs: (scrape % 2) * 10_000 }, scrape * 5_000);
    expect(events).toHaveLength(20);
    see(one, { startedAtMs: 99_000_000 }, 7_200_000);
    expect(events).toHaveLength(21);
  });
});

describe("the list of targets", () => {
  test("refuses the same instance twice, however its address is written, and more than it can watch", () => {
    expect(() => createTargetList([targetAt("http://a"), targetAt("http://a:80")])).toThrow("The target a:80 is there twice.");
    expect(() => createTargetList(Array.from({ length: 501 }, (_, index) => targetAt(`http://a:${index + 1}`)))).toThrow("501 targets");
  });

  test("names an instance by host and port, and by its path when it has one", () => {
    expect(["http://a", "https://a", "http://[::1]:8080", "https://a/links"].map((baseUrl) => instanceOf({ baseUrl }))).toEqual([
      "a:80",
      "a:443",
      "[::1]:8080",
      "a:443/links",
    ]);
  });
});
