import { expect, test } from "bun:test";
import { readQuietHours } from "./quiet-hours.ts";

test("quiet hours follow the clock of their time zone, in summer and in winter, over midnight and within a day", () => {
  const berlin = readQuietHours("22:00-07:00 Europe/Berlin");
  expect([20, 21].map((hour) => berlin.isQuiet(Date.UTC(2026, 0, 15, hour)))).toEqual([false, true]);
  expect([19, 20].map((hour) => berlin.isQuiet(Date.UTC(2026, 6, 15, hour)))).toEqual([false, true]);
  expect([5, 6].map((hour) => berlin.isQuiet(Date.UTC(2026, 0, 15, hour)))).toEqual([true, false]);
  const noon = readQuietHours("12:30-13:00");
  expect([29, 30, 59].map((minute) => noon.isQuiet(Date.UTC(2026, 0, 15, 12, minute)))).toEqual([false, true, true]);
  expect(noon.isQuiet(Date.UTC(2026, 0, 15, 13))).toBe(false);
});

test("a text that is no span of a day, or names an unknown time zone, is refused with an example", () => {
  for (const text of ["", "22-7", "24:00-07:00", "22:00-07:60", "22:00 - 07:00", "22:00-07:00 Mars/Olympus"])
    expect(() => readQuietHours(text)).toThrow("Europe/Berlin");
});
