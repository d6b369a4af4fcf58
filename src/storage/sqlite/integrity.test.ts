import { expect, test } from "bun:test";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailureCode } from "../../errors.ts";
import { openDatabase } from "./database.ts";
import { watchIntegrity } from "./integrity.ts";
import { migrate } from "./migrations.ts";

test("a large file is checked beside the service, and damage is told", async () => {
  const folder = await mkdtemp(join(tmpdir(), "srenity-integrity-"));
  const file = join(folder, "store.db");
  const database = openDatabase(file, "normal");
  migrate(database);
  const insert = database.prepare("INSERT INTO events (id, event_type, at, details) VALUES (?, 'note', 0, ?)");
  for (let id = 1; id <= 2_000; id++) insert.run(id, "x".repeat(800));
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();

  const verdictOf = async (): Promise<{ verdict: string; codes: (FailureCode | null)[] }> => {
    const codes: (FailureCode | null)[] = [];
    const integrity = watchIntegrity(file, false, (_, __, code) => codes.push(code));
    expect(integrity.verdict()).toContain("not checked");
    integrity.begin();
    const deadlineMs = performance.now() + 10_000;
    for (;;) {
      let verdict = "";
      try {
        verdict = integrity.verdict();
      } catch (error) {
        return { verdict: (error as Error).message, codes };
      }
      if (verdict === "whole") return { verdict, codes };
      if (performance.now() > deadlineMs) throw new Error("no verdict");
      await Bun.sleep(10);
    }
  };
  expect((await verdictOf()).verdict).toBe("whole");

  const handle = await open(file, "r+");
  const { size } = await handle.stat();
  for (let offset = Math.floor(size / 2); offset < size - 4_096; offset += 4_096) await handle.write(Buffer.alloc(512, 0xff), 0, 512, offset);
  await handle.close();
  const damaged = await verdictOf();
  expect(damaged.verdict).toContain("srenity restore");
  expect(damaged.codes).toContain("store_damaged");
  await rm(folder, { recursive: true, force: true });
});
