import { expect, test } from "bun:test";
import { readOptions } from "./read-options.ts";

test("without options it runs until told, at the real pace, with gentle traffic", () => {
  expect(readOptions([])).toEqual({
    isHelpWanted: false,
    folder: null,
    isFast: false,
    forS: null,
    requestsPerSecond: 10,
    restartAfterS: null,
    takesFreePorts: false,
  });
});

test("--no-traffic wins over a rate", () => {
  expect(readOptions(["--no-traffic", "--requests-per-second", "5"]).requestsPerSecond).toBe(0);
  expect(readOptions(["--requests-per-second", "0.5"]).requestsPerSecond).toBe(0.5);
});

test.each(["--for soon", "--for=-1", "--for 1e9", "--requests-per-second 201", "--restart-after later", "--slow", "word"])("refuses %s", (line) => {
  expect(() => readOptions(line.split(" "))).toThrow();
});
