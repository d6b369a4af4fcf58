import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/harness/temporary-folder.ts";
import { waitUntil } from "../../tests/harness/wait-until.ts";
import { createBoundedLogFile } from "./bounded-log-file.ts";

const mebibyte = 1_048_576;
const flushMs = 10_000;
const monotonicMs = (): number => performance.now();
const lineOf = (number: number): Uint8Array => new TextEncoder().encode(`${"x".repeat(mebibyte - 20)} ${number}\n`);

test("a log file is put aside at 16 MB, one old one is kept, and no line is cut", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs", "service.log");
  const file = createBoundedLogFile(path, monotonicMs);
  const size = (): number => [path, `${path}.1`].reduce((sum, part) => sum + (statSync(part, { throwIfNoEntry: false })?.size ?? 0), 0);
  for (let number = 0; number < 40; number++) {
    const sizeBefore = size();
    file.write(lineOf(number));
    await waitUntil("the line is written", flushMs, () => size() !== sizeBefore);
  }
  await file.close(flushMs);
  const [now, before] = [path, `${path}.1`].map((part) => readFileSync(part, "utf8").trimEnd().split("\n"));
  expect(before?.length).toBe(17);
  expect((now?.length ?? 0) + (before?.length ?? 0)).toBeLessThan(40);
  const numbers = [...(before ?? []), ...(now ?? [])].map((line) => Number(/^x+ (\d+)$/.exec(line)?.[1]));
  expect(numbers).toEqual(numbers.map((_, index) => 40 - numbers.length + index));
});

test("a folder that cannot be made loses the lines and nothing else, and lines are kept again once it can", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs", "service.log");
  writeFileSync(join(folder.path, "logs"), "in the way");
  let nowMs = 0;
  const file = createBoundedLogFile(path, () => nowMs);
  file.write(new TextEncoder().encode("lost\n"));
  await file.close(flushMs);
  expect(readFileSync(join(folder.path, "logs"), "utf8")).toBe("in the way");
  using other = temporaryFolder();
  mkdirSync(join(other.path, "logs"));
  nowMs += 2_000;
  const next = createBoundedLogFile(join(other.path, "logs", "service.log"), () => nowMs);
  next.write(new TextEncoder().encode("kept\n"));
  await next.close(flushMs);
  expect(readFileSync(join(other.path, "logs", "service.log"), "utf8")).toBe("kept\n");
});
