import { expect, test } from "bun:test";
import type { Heartbeat } from "../storage/desk/desk-notes-store.ts";
import { createHeartbeatBook, type HeartbeatBook } from "./heartbeats.ts";

const startMs = 1_800_000_000_000;
const minuteMs = 60_000;

/** A book over rows of a test. */
function bookOf(rows: Heartbeat[] = []): HeartbeatBook {
  return createHeartbeatBook({ heartbeats: () => rows, putHeartbeat: () => undefined, removeHeartbeat: () => undefined });
}

const missingAt = (book: HeartbeatBook, nowMs: number, resumedAtMs = 0, wasMissing = false): string[] =>
  book.missing({ nowMs, resumedAtMs, wasMissing: () => wasMissing }).map(({ job }) => job);

test("a job that says its interval is missing after two of them, from its first beat on", () => {
  const book = bookOf();
  book.beat({ job: "backup", everyMs: minuteMs }, startMs);
  expect(missingAt(book, startMs + 2 * minuteMs)).toEqual([]);
  expect(missingAt(book, startMs + 3 * minuteMs)).toEqual(["backup"]);
  book.beat({ job: "backup", everyMs: null }, startMs + 4 * minuteMs);
  expect(missingAt(book, startMs + 5 * minuteMs)).toEqual([]);
});

test("a job that does not is expected once four beats told its interval, and one late beat does not make it patient", () => {
  const book = bookOf();
  for (const minute of [0, 1, 2]) book.beat({ job: "sync", everyMs: null }, startMs + minute * minuteMs);
  expect(missingAt(book, startMs + 60 * minuteMs)).toEqual([]);
  for (const minute of [3, 4, 24, 25]) book.beat({ job: "sync", everyMs: null }, startMs + minute * minuteMs);
  expect(missingAt(book, startMs + 28 * minuteMs)).toEqual(["sync"]);
});

test("while the desk was away no beat could come: the job has its whole time again, unless it was missing before", () => {
  const row: Heartbeat = { job: "backup", everyMs: minuteMs, gapsMs: [], lastAtMs: startMs };
  const resumedAtMs = startMs + 60 * minuteMs;
  expect(missingAt(bookOf([row]), resumedAtMs + minuteMs, resumedAtMs)).toEqual([]);
  expect(missingAt(bookOf([row]), resumedAtMs + 3 * minuteMs, resumedAtMs)).toEqual(["backup"]);
  expect(missingAt(bookOf([row]), resumedAtMs + minuteMs, resumedAtMs, true)).toEqual(["backup"]);
});

test("a job that is silent for a week is no longer expected, and there is room for 500", () => {
  const book = bookOf();
  for (let number = 0; number < 500; number++) book.beat({ job: `job-${number}`, everyMs: minuteMs }, startMs);
  expect(book.beat({ job: "one-more", everyMs: null }, startMs)).toBeNull();
  expect(missingAt(book, startMs + 8 * 86_400_000)).toEqual([]);
  expect(book.list()).toEqual([]);
});
