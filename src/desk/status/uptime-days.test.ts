import { expect, test } from "bun:test";
import { uptimeDays, uptimeOver } from "./uptime-days.ts";

const nowMs = Date.parse("2026-11-24T12:00:00Z");
const hourMs = 3_600_000;

test("a day is the mean of what its probes measured at all instances, and a day without any is not measured", () => {
  const timesMs = [nowMs - 26 * hourMs, nowMs - 2 * hourMs, nowMs - hourMs];
  const series = [{ values: [1, 1, 0] }, { values: [null, 1, 1] }].map((one) => ({ labels: {}, lows: [], highs: [], ...one }));
  const days = uptimeDays({ timesMs, series }, 3, nowMs);
  expect(days).toEqual([
    { day: "2026-11-22", share: null },
    { day: "2026-11-23", share: 1 },
    { day: "2026-11-24", share: 0.75 },
  ]);
  expect(uptimeOver(days)).toBe(0.875);
  expect(uptimeOver([])).toBeNull();
});
