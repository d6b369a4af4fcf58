import { expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inTemporaryFolder } from "../../tests/harness/temporary-store.ts";
import { createBoundedLog } from "./bounded-log.ts";

const mebibyte = 1_048_576;

test("a log keeps two files however much is written, and shows its last lines", () =>
  inTemporaryFolder(async (folder) => {
    const log = createBoundedLog(join(folder, "service.log"));
    for (let written = 0; written < 60; written++) log.write(`${"x".repeat(mebibyte)}\n`);
    log.write("first\nsecond\nunfini");
    log.write("shed");
    expect(log.lastLines().slice(-3)).toEqual(["first", "second", "unfinished"]);
    log.close();
    expect(readdirSync(folder).toSorted()).toEqual(["service.log", "service.log.old"]);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).size).toBeLessThan(20 * mebibyte);
  }));
