import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createErrorTally } from "./error-tally.ts";
import { createKeptLines } from "./kept-lines.ts";
import { createLineSplitter, lineBytesMost } from "./line-splitter.ts";
import { createLogFilter } from "./log-filter.ts";
import { type LogLine, readLogLine } from "./log-line.ts";

const arrivedAtMs = Date.parse("2026-11-24T12:00:00Z");
const read = (value: unknown): LogLine => readLogLine(typeof value === "string" ? value : JSON.stringify(value), { sequence: 1, atMs: arrivedAtMs });

describe("a line of a log", () => {
  test("is read into its fields, with names or numbers as levels and text or milliseconds as time", () => {
    const named = { level: "error", time: "2026-11-24T11:59:58.250Z", msg: "request", route: "/urls", status: 503, error_code: "store_busy" };
    expect(read({ ...named, request_id: "r", trace_id: "t" })).toMatchObject({
      level: "error",
      atMs: arrivedAtMs - 1_750,
      message: "request",
      route: "/urls",
      status: 503,
      errorCode: "store_busy",
      requestId: "r",
      traceId: "t",
      isForeign: false,
    });
    expect(read({ level: 40, time: arrivedAtMs - 5, msg: "slow" })).toMatchObject({ level: "warn", atMs: arrivedAtMs - 5, message: "slow" });
  });

  test("keeps what is no JSON object as text", () => {
    for (const text of ["panic: at line 3", "[1,2]", '"text"', "{broken", "null"])
      expect(read(text)).toMatchObject({ level: "unknown", message: text, isForeign: true });
  });

  test("takes a field of a wrong type for absent, and a time that cannot be for the time it arrived", () => {
    const nothing = { level: "unknown", message: "", route: null, status: null, errorCode: null, requestId: null, atMs: arrivedAtMs };
    expect(read({ level: {}, msg: ["x"], route: 5, status: "503", error_code: true, request_id: null, time: "yesterday" })).toMatchObject(nothing);
    for (const time of [-1, 1e300, arrivedAtMs + 86_400_001, null]) expect(read({ time }).atMs).toBe(arrivedAtMs);
  });

  test("shows no control characters, no turned direction and no endless text", () => {
    const { message, route } = read({ msg: `\u001b[31mred\r\n\u202eevil`, route: "x".repeat(5_000) });
    expect(message).toBe("\ufffd[31mred\ufffd\ufffd\ufffdevil");
    expect(route).toHaveLength(200);
    const foreign = read(`\u0000\u009b${"y".repeat(60_000)}`);
    expect(foreign.raw).toHaveLength(2_048);
    expect(foreign.raw).toStartWith("\ufffd\ufffdyyy");
  });

  test("never throws, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => expect(read(text).sequence).toBe(1)),
      { numRuns: 1_000 },
    );
    expect(read(`{"a":${"[".repeat(60_000)}`).isForeign).toBe(true);
  });
});

describe("bytes that come in pieces", () => {
  test("become the same lines, wherever they are cut", () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "😀"), minLength: 1, maxLength: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(lines, fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }), (texts, lengths) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
        const splitter = createLineSplitter();
        const found: string[] = [];
        for (let at = 0, piece = 0; at < bytes.length; piece++) {
          const next = at + 1 + (lengths[piece % lengths.length] ?? 0);
          found.push(...splitter.take(bytes.subarray(at, next)));
          at = next;
        }
        expect(found).toEqual(texts);
      }),
    );
  });

  test("without an end are held up to a limit, and a line that is too long is named with its length and its beginning", () => {
    const splitter = createLineSplitter();
    const piece = Buffer.alloc(100_000, "x");
    for (let round = 0; round < 5; round++) expect(splitter.take(piece)).toEqual([]);
    const [long, next] = splitter.take(Buffer.from("y\nnext\n"));
    expect(long).toStartWith("(a line of 500001 bytes) xxx");
    expect(long?.length).toBeLessThan(2_000);
    expect(next).toBe("next");
    expect(splitter.take(Buffer.concat([Buffer.alloc(lineBytesMost, "z"), Buffer.from("\n")]))[0]).toHaveLength(lineBytesMost);
  });

  test("may stand in a buffer that is used again", () => {
    const splitter = createLineSplitter();
    const buffer = Buffer.from("begun ");
    splitter.take(buffer);
    buffer.fill("x");
    expect(splitter.take(Buffer.from("ended\n"))).toEqual(["begun ended"]);
  });

  test("that stand at the end without a line feed come out when the file ends", () => {
    const splitter = createLineSplitter();
    expect(splitter.take(Buffer.from("one\ntw"))).toEqual(["one"]);
    expect(splitter.flush()).toEqual(["tw"]);
    expect(splitter.flush()).toEqual([]);
  });
});

describe("kept lines", () => {
  const lineOf = (sequence: number, raw = "x"): LogLine => ({ ...read({ msg: raw }), sequence, raw });

  test("are the newest, within their number and their length", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 100 }), (lengths) => {
        const kept = createKeptLines({ linesMost: 10, charactersMost: 100 });
        for (const [sequence, length] of lengths.entries()) kept.add(lineOf(sequence, "x".repeat(length)));
        const all = Array.from({ length: kept.count }, (_, index) => kept.newest(index));
        expect(all.map((line) => line?.sequence)).toEqual(Array.from({ length: kept.count }, (_, index) => lengths.length - 1 - index));
        expect(kept.count).toBeLessThanOrEqual(10);
        expect(all.reduce((sum, line) => sum + (line?.raw.length ?? 0), 0)).toBeLessThanOrEqual(100);
        expect(kept.newest(kept.count)).toBeUndefined();
      }),
    );
  });

  test("are found by level or worse, route, request, text in any case, and time", () => {
    const line = read({ level: "warn", time: arrivedAtMs, msg: "Disk (almost) full", route: "/urls", request_id: "abc" });
    const passes = [
      {},
      { level: "info" },
      { level: "warn" },
      { route: "/urls" },
      { requestId: "abc" },
      { text: "disk (ALMOST" },
      { fromMs: arrivedAtMs, toMs: arrivedAtMs },
    ] as const;
    for (const filter of passes) expect([filter, createLogFilter(filter)(line)]).toEqual([filter, true]);
    const fails = [
      { level: "error" },
      { route: "/" },
      { requestId: "ab" },
      { text: "disk .almost" },
      { fromMs: arrivedAtMs + 1 },
      { toMs: arrivedAtMs - 1 },
    ] as const;
    for (const filter of fails) expect([filter, createLogFilter(filter)(line)]).toEqual([filter, false]);
  });
});

describe("errors", () => {
  const errorAt = (minute: number, msg: string, more: Record<string, unknown> = {}): LogLine =>
    read({ level: "error", time: arrivedAtMs - 3_600_000 + minute * 60_000, msg, ...more });
  const anHour = { fromMs: arrivedAtMs - 3_600_000, toMs: arrivedAtMs, limit: 10 };

  test("are counted by message, code and route, the most frequent first; a failed request is one at any level", () => {
    const tally = createErrorTally();
    for (let minute = 0; minute < 5; minute++) tally.add(errorAt(minute, "store failed", { error_code: "store_busy", request_id: `r${minute}` }));
    tally.add(errorAt(3, "request", { level: "info", status: 500, route: "/urls" }));
    tally.add(errorAt(3, "fine", { level: "info", status: 404 }));
    expect(tally.top(anHour)).toMatchObject([
      { message: "store failed", errorCode: "store_busy", count: 5, requestId: "r4", lastAtMs: arrivedAtMs - 56 * 60_000 },
      { message: "request", route: "/urls", count: 1 },
    ]);
    expect(tally.top({ ...anHour, fromMs: arrivedAtMs - 58 * 60_000 })[0]?.count).toBe(3);
    expect(tally.top({ ...anHour, limit: 1 })).toHaveLength(1);
  });

  test("of endless kinds are counted together, and so no count is lost", () => {
    const tally = createErrorTally();
    for (let index = 0; index < 10_000; index++) tally.add(errorAt(1, `failure ${index}`));
    const found = tally.top({ ...anHour, limit: 1_000 });
    expect(found).toHaveLength(51);
    expect(found[0]).toMatchObject({ message: "(other errors)", count: 9_950 });
  });
});
