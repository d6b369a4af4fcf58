import { describe, expect, test } from "bun:test";
import { realTime, timeScale } from "./time-scale.ts";

describe("a time scale", () => {
  test("leaves real time as it is, evaluated every five seconds", () => {
    expect([realTime.intervalS, realTime.windowS(300), realTime.spanS(90)]).toEqual([5, 300, 90]);
  });

  test("shortens windows and waits alike", () => {
    const fast = timeScale(1 / 60, 1);
    expect([fast.windowS(3_600), fast.spanS(120), fast.spanS(30)]).toEqual([60, 2, 0.5]);
  });

  test("keeps four scrapes in every window, and lets waits be as short as they come", () => {
    const fast = timeScale(1 / 60, 1);
    expect([fast.windowS(60), fast.spanS(60)]).toEqual([4, 1]);
  });

  test("rounds to milliseconds, which is as fine as Prometheus counts", () => {
    expect(timeScale(1 / 7, 1).spanS(1)).toBe(0.143);
  });
});
