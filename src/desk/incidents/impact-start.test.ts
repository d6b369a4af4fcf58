import { expect, test } from "bun:test";
import { impactStart } from "./impact-start.ts";

const alertMs = 1_000_000_000;
const at = (secondsBefore: number, share: number | null): { atMs: number; share: number | null } => ({ atMs: alertMs - secondsBefore * 1000, share });

test("the impact began with the first bad point before the alert, over a gap that the outage left", () => {
  const points = [at(400, 0), at(300, 0), at(240, 0.4), at(180, null), at(120, 0.5), at(60, 0.5)];
  expect(impactStart(points, 0.001, alertMs)).toBe(alertMs - 240_000);
});

test("an earlier impact that ended is not this one", () => {
  const points = [at(900, 0.9), at(600, 0), at(300, 0), at(60, 0.5)];
  expect(impactStart(points, 0.001, alertMs)).toBe(alertMs - 60_000);
});

test("without a bad point the impact begins with the alert", () => {
  expect(impactStart([at(60, 0), at(30, null)], 0.001, alertMs)).toBe(alertMs);
  expect(impactStart([], 0.001, alertMs)).toBe(alertMs);
});
