import { afterAll, expect, test } from "bun:test";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createLogSink } from "./log-sink.ts";

const folder = mkdtempSync(join(tmpdir(), "log-sink-"));
let fileCount = 0;
const newPath = (): string => join(folder, String(fileCount++));

afterAll(() => rmSync(folder, { recursive: true }));

function openSink(fileDescriptor: number) {
  const counts = { dropped: 0, recovered: 0 };
  const sink = createLogSink({
    fileDescriptor,
    onDropped: (count) => (counts.dropped += count),
    onRecovered: (count) => (counts.recovered += count),
  });
  return { sink, counts };
}

/** A pipe whose reading end reads only when asked. */
function openPipe(writeFlags: number) {
  const path = newPath();
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
  const openReader = (): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = openReader();
  return { reader, openReader, writer: openSync(path, writeFlags) };
}

/** All that is in the pipe at the moment. */
function drain(reader: number): string {
  const chunk = Buffer.alloc(1 << 20);
  const parts: Buffer[] = [];
  for (;;) {
    try {
      const count = readSync(reader, chunk);
      if (count === 0) break;
      parts.push(Buffer.from(chunk.subarray(0, count)));
    } catch {
      break;
    }
  }
  return Buffer.concat(parts).toString();
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error("the condition did not come true in 10 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

// One to four bytes long in UTF-8.
const character = fc.oneof(fc.nat(0x7f), fc.nat(0x7ff), fc.nat(0xd7ff), fc.integer({ min: 0x10000, max: 0x10ffff })).map((code) => String.fromCodePoint(code));

test("every line arrives whole and in order, whatever its characters and length", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.string({ unit: character }), fc.nat(3_000), fc.boolean()), { maxLength: 60 }), async (pieces) => {
      const path = newPath();
      const fileDescriptor = openSync(path, "a");
      const { sink, counts } = openSink(fileDescriptor);
      let sent = "";
      for (const [text, repeats, endsTurn] of pieces) {
        const line = `${JSON.stringify(text.repeat(1 + repeats / 50))}\n`;
        sink.write(line);
        sent += line;
        if (endsTurn) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await sink.flush(5_000)).toBe(true);
      closeSync(fileDescriptor);
      expect(readFileSync(path, "utf8")).toBe(sent);
      expect(counts).toEqual({ dropped: 0, recovered: 0 });
    }),
    { numRuns: 40 },
  );
});

for (const [name, flag] of [
  ["blocking", 0],
  ["non-blocking", constants.O_NONBLOCK],
] as const) {
  test(`a ${name} pipe nobody reads never holds up the caller; what does not fit is dropped and counted`, async () => {
    const { reader, writer } = openPipe(constants.O_WRONLY | flag);
    const { sink, counts } = openSink(writer);
    const line = `{"msg":"${"x".repeat(990)}"}\n`;
    const lineCount = 20_000;
    let longestMs = 0;
    for (let sent = 0; sent < lineCount; sent++) {
      const startedAtMs = performance.now();
      sink.write(line);
      longestMs = Math.max(longestMs, performance.now() - startedAtMs);
      if (sent % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(longestMs).toBeLessThan(500);
    expect(counts.dropped).toBeGreaterThan(10_000);
    expect(counts.dropped).toBeLessThan(lineCount);
    const flushedAtMs = performance.now();
    expect(await sink.flush(50)).toBe(false);
    expect(performance.now() - flushedAtMs).toBeLessThan(2_000);

    let received = "";
    await until(() => {
      received += drain(reader);
      return received.length >= (lineCount - counts.dropped) * line.length;
    });
    expect(await sink.flush(5_000)).toBe(true);
    expect(received).toBe(line.repeat(lineCount - counts.dropped));
    expect(counts.recovered).toBe(counts.dropped);
    closeSync(writer);
    closeSync(reader);
  });
}

test("a full disk drops each batch once, counts its lines, and leaves nothing waiting", async () => {
  const fileDescriptor = openSync("/dev/full", "w");
  const { sink, counts } = openSink(fileDescriptor);
  for (let sent = 0; sent < 100; sent++) {
    sink.write('{"msg":"lost"}\n');
    if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await sink.flush(5_000)).toBe(true);
  expect(counts).toEqual({ dropped: 100, recovered: 0 });
  closeSync(fileDescriptor);
});

test("a line cut off by a closed pipe is ended before the next one, which stays whole", async () => {
  const pipe = openPipe(constants.O_WRONLY | constants.O_NONBLOCK);
  const { sink, counts } = openSink(pipe.writer);
  const line = `{"msg":"${"y".repeat(990)}"}\n`;
  for (let sent = 0; sent < 200; sent++) sink.write(line);
  expect(await sink.flush(100)).toBe(false);
  closeSync(pipe.reader);
  expect(await sink.flush(5_000)).toBe(true);
  const reader = pipe.openReader();
  const before = drain(reader);
  expect(before.endsWith("\n")).toBe(false);
  expect(counts.dropped).toBe(200 - Math.floor(before.length / line.length));

  sink.write('{"msg":"back"}\n');
  expect(await sink.flush(5_000)).toBe(true);
  expect(drain(reader)).toBe('\n{"msg":"back"}\n');
  expect(counts.recovered).toBe(counts.dropped);
  closeSync(pipe.writer);
  closeSync(reader);
});

test("lines of one turn are one write", async () => {
  const { reader, writer } = openPipe(constants.O_WRONLY);
  const { sink } = openSink(writer);
  sink.write("1\n");
  sink.write("2\n");
  expect(drain(reader)).toBe("");
  let received = "";
  await until(() => (received = drain(reader)) !== "");
  expect(received).toBe("1\n2\n");
  closeSync(writer);
  closeSync(reader);
});
