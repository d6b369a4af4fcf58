import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainClick, plainLink } from "../contract/rows.ts";
import { databaseName, openSqliteStore } from "./open.ts";

const traits = { referrer: "direct", browser: "unknown", system: "unknown", device: "unknown", country: "unknown" };
const mebibyte = 1_048_576;

test("the write-ahead log begins anew while clicks go on being written, and nothing is lost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "srenity-log-"));
  const store = await openSqliteStore({ folder, sync: "normal", describe: () => traits });
  await store.users.create({ username: "ann", email: "ann@example.com" }, 0);
  await store.links.create(plainLink(), 0);
  const click = plainClick({ userAgent: "x".repeat(500) });
  let written = 0;
  const deadlineMs = performance.now() + 15_000;
  // Twice what the log may hold before writes are held, with a slice of background work now and then.
  while (written < 520_000 && performance.now() < deadlineMs) {
    await store.clicks.commit(Array.from({ length: 1_000 }, () => click));
    written += 1_000;
    if (written % 20_000 === 0) await store.maintain(0, 1);
  }
  expect(written).toBe(520_000);
  expect(statSync(join(folder, `${databaseName}-wal`)).size).toBeLessThan(192 * mebibyte);
  expect(statSync(join(folder, databaseName)).size).toBeGreaterThan(64 * mebibyte);
  expect((await store.links.get(1))?.clicks).toBe(written);
  await store.close();
  await rm(folder, { recursive: true, force: true });
}, 30_000);
