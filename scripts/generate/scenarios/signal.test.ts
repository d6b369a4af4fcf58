import { describe, expect, test } from "bun:test";
import { promtoolNotation } from "./promtool-notation.ts";
import { countsEvery, grows, holds, isGone, samplesOf, selectorOf, signal, startsAt, type Stretch } from "./signal.ts";

/** What promtool is given for a minute of stretches, a sample every five seconds. */
const told = (...stretches: Stretch[]): string => promtoolNotation(samplesOf(signal("x", {}, ...stretches), 60, 5));

describe("a signal is told to promtool", () => {
  test("as a gauge that stays, and jumps", () => {
    expect(told(holds(1))).toBe("1+0x12");
    expect(told(holds(1, 30), holds(0))).toBe("1+0x5 0+0x6");
  });

  test("as a counter that goes on from where it stood", () => {
    expect(told(grows(2, 30), grows(0.2))).toBe("0+10x6 61+1x5");
  });

  test("as a counter that starts at a number, and again after a restart", () => {
    expect(told(startsAt(50, 2, 30), startsAt(0, 2))).toBe("50+10x5 0+10x6");
  });

  test("as a gauge that falls", () => {
    expect(told(startsAt(100, -1))).toBe("100-5x12");
  });

  test("as events one by one", () => {
    expect(told(countsEvery(25))).toBe("0+0x4 1+0x4 2+0x2");
  });

  test("as stale once and then nothing, while it is gone", () => {
    expect(told(holds(1, 20), isGone(20), holds(1))).toBe("1+0x3 stale _x3 1+0x4");
    expect(told(holds(1, 55), isGone(5), holds(1))).toBe("1+0x10 stale 1");
  });

  test("with changes between two scrapes where they fall, not where they are seen", () => {
    expect(told(grows(0, 7), grows(1))).toBe("0+0x1 3+5x10");
  });

  test("by the labels that Prometheus would give it", () => {
    expect(selectorOf(signal("up", { job: "a", path: 'b"c' }, holds(1)))).toBe('up{job="a", path="b\\"c"}');
  });
});
