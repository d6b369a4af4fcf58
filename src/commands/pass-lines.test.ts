import { expect, test } from "bun:test";
import { passLines } from "./pass-lines.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield encoder.encode(text);
}

const passed = async (...texts: string[]): Promise<string[]> => {
  const taken: string[] = [];
  await passLines(pieces(...texts), (lines) => taken.push(decoder.decode(lines)));
  return taken;
};

test("lines are passed on whole, however they are cut on their way, and a last one without an end gets one", async () => {
  expect(await passed("one\ntw", "o\nthr", "ee\nfo", "ur")).toEqual(["one\n", "two\n", "three\n", "four\n"]);
  expect(await passed("one\ntwo\n")).toEqual(["one\ntwo\n"]);
  expect(await passed()).toEqual([]);
});

test("a line without end is passed on in pieces instead of being kept", async () => {
  const long = "x".repeat(600_000);
  expect((await passed(long, long, "\n")).map(({ length }) => length)).toEqual([1_200_000, 1]);
});
