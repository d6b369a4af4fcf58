import { expect, test } from "bun:test";
import fc from "fast-check";
import { attemptsMost, codeLengthMost, codeOfPath, drawCode, isCodeShape, isReservedCode, shapeOfAttempt, triesPerLength } from "./codes.ts";

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

test("a drawn code has six letters or digits, at least one letter, and is no path of the service", () => {
  for (let draw = 0; draw < 20_000; draw++) {
    const code = drawCode(random);
    expect(code).toMatch(/^[0-9A-Za-z]{6}$/);
    expect(code).toMatch(/[A-Za-z]/);
    expect(isReservedCode(code)).toBe(false);
  }
});

test("every character is drawn equally often", () => {
  const counts = new Map<string, number>();
  const draws = 20_000;
  for (let draw = 0; draw < draws; draw++) for (const character of drawCode(random)) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = (draws * 6) / 62;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(counts.size).toBe(62);
  // 61 degrees of freedom: above 130 once in a million runs; a modulo bias of bytes gives thousands.
  expect(chiSquare).toBeLessThan(130);
});

test("reserved words are thrown away, whatever random says", () => {
  const word = "events";
  const alphabet = "evntsx";
  let calls = 0;
  const rigged = (length: number): Uint8Array => {
    const text = calls++ === 0 ? word : "xxxxxx";
    return Uint8Array.from({ length }, (_, index) => alphabet.indexOf(text[index] ?? "x"));
  };
  expect(drawCode(rigged, { alphabet, length: 6 })).toBe("xxxxxx");
});

test("lengths grow after their tries, up to the longest", () => {
  expect(shapeOfAttempt(triesPerLength - 1).length).toBe(6);
  expect(shapeOfAttempt(triesPerLength).length).toBe(7);
  expect(shapeOfAttempt(attemptsMost() - 1).length).toBe(codeLengthMost);
});

test("a path asks for a code exactly where the contract says so", () => {
  const asked: Record<string, string | null> = {
    "/abc123": "abc123",
    "/abc123/": "abc123",
    "/r/abc": "abc",
    "/s/abc/": "abc",
    "/urls/abc/redirect": "abc",
    "/urls/abc": null,
    "/urls": null,
    "/users/1": null,
    "/r": null,
    "/r/": null,
    "/": null,
    "//": null,
    "/r/a/b": null,
    "/Health": null,
    "/openapi.json": null,
  };
  for (const [path, code] of Object.entries(asked)) expect([path, codeOfPath(path)]).toEqual([path, code]);
});

test("a code that can be made can be asked for", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9A-Za-z_-]{3,64}$/), (code) => {
      fc.pre(!isReservedCode(code));
      expect(isCodeShape(code)).toBe(true);
      for (const path of [`/${code}`, `/${code}/`, `/r/${code}`, `/s/${code}`, `/urls/${code}/redirect`]) expect(codeOfPath(path)).toBe(code);
    }),
  );
});
