import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "../../src/errors.ts";
import { backupStore } from "../../src/storage/sqlite/backup.ts";
import { lockFolder } from "../../src/storage/sqlite/lock.ts";
import { databaseName } from "../../src/storage/sqlite/open.ts";
import { restoreStore } from "../../src/storage/sqlite/restore.ts";
import type { Store } from "../../src/storage/store.ts";
import { inTemporaryFolder, openStoreIn, withStore } from "../harness/temporary-store.ts";
import { runCommand, startCommand } from "../harness/run-command.ts";

const nowMs = Date.UTC(2026, 0, 1);

async function addUsers(store: Store, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, position) => ({
    username: `user${from + position}`,
    email: `user${from + position}@${"x".repeat(150)}.test`,
    createdAtMs: nowMs,
  }));
  for (let start = 0; start < rows.length; start += 1_000) await store.users.importBatch(rows.slice(start, start + 1_000));
}

/** Adds users as a process of its own, which leaves no connection behind. */
async function importUsers(folder: string, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, position) => `user${from + position},user${from + position}@x.test\n`);
  writeFileSync(join(folder, "users.csv"), `username,email\n${rows.join("")}`);
  expect(await runCommand(["import", "users.csv"], folder)).toMatchObject({ status: 0 });
}

/** Users of a store's file, read by SQLite alone. */
function usersIn(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    return (database.query("SELECT count(*) AS rows FROM users").get() as { rows: number }).rows;
  } finally {
    database.close();
  }
}

async function sentenceOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "none";
  } catch (error) {
    if (error instanceof OperatorError) return error.message;
    throw error;
  }
}

/** Waits for a condition, at most 10 s. */
async function until(isSo: () => boolean): Promise<void> {
  for (const deadlineMs = performance.now() + 10_000; !isSo(); await Bun.sleep(1))
    if (performance.now() > deadlineMs) throw new Error("it did not come to pass within 10 s");
}

const partialsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".partial"));

describe("a backup", () => {
  test("made while the service writes is one moment's whole store, and is restored as that", async () => {
    await withStore(async (store, folder) => {
      await addUsers(store, 0, 20_000);
      const file = join(folder, "copies", "backup.db");
      let written = 20_000;
      const done = new AbortController();
      const writing = (async () => {
        while (!done.signal.aborted) {
          await addUsers(store, written, 10);
          written += 10;
          await Bun.sleep(0);
        }
      })();
      const least = written;
      const result = await backupStore(folder, file);
      done.abort();
      await writing;
      expect(written).toBeGreaterThan(least);
      expect(result.rows["users"]).toBe(usersIn(file));
      expect(usersIn(file)).toBeGreaterThanOrEqual(least);
      expect(usersIn(file)).toBeLessThanOrEqual(written);
      expect(partialsIn(join(folder, "copies"))).toEqual([]);
      expect(statSync(file).mode & 0o077).toBe(0);

      await inTemporaryFolder(async (other) => {
        expect(restoreStore(file, other, nowMs)).toMatchObject({ kept: null, rows: { users: result.rows["users"] } });
        const restored = await openStoreIn(other);
        expect((await restored.users.list({ username: "user19999" }, { limit: 1, offset: 0 })).items).toHaveLength(1);
        await restored.close();
      });
    });
  }, 60_000);

  test("killed midway leaves nothing that passes for one, and the next one clears up", async () => {
    await withStore(async (store, folder) => {
      await addUsers(store, 0, 40_000);
      const copies = join(folder, "copies");
      mkdirSync(copies);
      const file = join(copies, "backup.db");
      let partial: string | undefined;
      for (let attempt = 0; attempt < 5 && partial === undefined; attempt++) {
        const child = startCommand(["backup", file, "--force"], folder);
        await until(() => partialsIn(copies).length > 0 || child.exitCode !== null);
        child.kill("SIGKILL");
        await child.exited;
        [partial] = partialsIn(copies);
      }
      expect(partial).toMatch(/^backup\.db\.\d+\.partial$/);
      expect(await sentenceOf(() => restoreStore(join(copies, partial as string), folder, nowMs))).toContain("is an unfinished backup");
      expect(await runCommand(["backup", file, "--force"], folder)).toMatchObject({ status: 0 });
      expect(readdirSync(copies)).toEqual(["backup.db"]);
      expect(usersIn(file)).toBe(40_000);
    });
  }, 60_000);

  test("replaces another only when it is told to, and never the store", async () => {
    await withStore(async (store, folder) => {
      await addUsers(store, 0, 10);
      const file = join(folder, "backup.db");
      await backupStore(folder, file);
      const before = readFileSync(file);
      await addUsers(store, 10, 10);
      expect(await sentenceOf(() => backupStore(folder, file))).toContain("exists");
      expect(readFileSync(file)).toEqual(before);
      expect(await sentenceOf(() => backupStore(folder, join(folder, databaseName), { isForced: true }))).toContain("store itself");
      await backupStore(folder, file, { isForced: true });
      expect(usersIn(file)).toBe(20);
    });
  });

  test("of no store, of a damaged one, or to a folder that cannot be written is one clear sentence", async () => {
    await inTemporaryFolder(async (folder) => {
      expect(await sentenceOf(() => backupStore(folder, join(folder, "backup.db")))).toContain("has no store");
      writeFileSync(join(folder, databaseName), "no database at all, but long enough to be read as one".repeat(100));
      expect(await sentenceOf(() => backupStore(folder, join(folder, "backup.db")))).toContain("is damaged");
      expect(readdirSync(folder)).toEqual([databaseName]);
    });
  });
});

describe("restoring", () => {
  test("keeps the store that was there, log and all, and can be undone", async () => {
    await inTemporaryFolder(async (folder) => {
      await importUsers(folder, 0, 100);
      const file = join(folder, "backup.db");
      await backupStore(folder, file);
      await importUsers(folder, 100, 50);
      const restored = await runCommand(["restore", file], folder);
      expect(restored).toMatchObject({ status: 0 });
      expect(usersIn(join(folder, databaseName))).toBe(100);
      const undo = /to undo this: srenity restore (.+)/.exec(restored.output)?.[1] as string;
      expect(usersIn(undo)).toBe(150);
      expect(await runCommand(["restore", undo], folder)).toMatchObject({ status: 0 });
      expect(usersIn(join(folder, databaseName))).toBe(150);
      expect(partialsIn(folder)).toEqual([]);
    });
  }, 30_000);

  test("of a damaged, cut, foreign or missing file is refused, and nothing is changed", async () => {
    await inTemporaryFolder(async (folder) => {
      const store = await openStoreIn(folder);
      await addUsers(store, 0, 5_000);
      const file = join(folder, "backup.db");
      await backupStore(folder, file);
      await store.close();
      const before = readFileSync(join(folder, databaseName));
      const faults = {
        "cut.db": (copy: string) => truncateSync(copy, Math.floor(statSync(copy).size / 2)),
        "flipped.db": (copy: string) => {
          const bytes = readFileSync(copy);
          for (let position = 40_960; position < 45_056; position++) bytes[position] = (bytes[position] ?? 0) ^ 0xff;
          writeFileSync(copy, bytes);
        },
        "foreign.db": (copy: string) => {
          writeFileSync(copy, "");
          const database = new Database(copy);
          database.run("CREATE TABLE recipes (name TEXT)");
          database.close();
        },
        "empty.db": (copy: string) => writeFileSync(copy, ""),
        "text.db": (copy: string) => writeFileSync(copy, "id,username\n".repeat(1_000)),
      };
      for (const [name, harm] of Object.entries(faults)) {
        const copy = join(folder, name);
        writeFileSync(copy, readFileSync(file));
        harm(copy);
        expect(await sentenceOf(() => restoreStore(copy, folder, nowMs))).toContain("cannot be restored");
      }
      expect(await sentenceOf(() => restoreStore(join(folder, "missing.db"), folder, nowMs))).toContain("does not exist");
      expect(readFileSync(join(folder, databaseName))).toEqual(before);
      expect(partialsIn(folder)).toEqual([]);
    });
  }, 30_000);

  test("is refused while a service, or another program, has the store", async () => {
    await withStore(async (store, folder) => {
      await addUsers(store, 0, 10);
      const file = join(folder, "backup.db");
      await backupStore(folder, file);
      const lock = lockFolder(folder);
      expect(await sentenceOf(() => restoreStore(file, folder, nowMs))).toContain("Another SREnity serves");
      lock.release();
      expect(await sentenceOf(() => restoreStore(file, folder, nowMs))).toContain("Another program uses");
      await addUsers(store, 10, 10);
      expect((await store.users.list({}, { limit: 100, offset: 0 })).items).toHaveLength(20);
    });
  });

  test("takes the place of a store that is damaged, and keeps that too", async () => {
    await inTemporaryFolder(async (folder) => {
      await importUsers(folder, 0, 10);
      const file = join(folder, "backup.db");
      await backupStore(folder, file);
      writeFileSync(join(folder, databaseName), "damaged".repeat(1_000));
      const { kept } = restoreStore(file, folder, nowMs);
      expect(readFileSync(kept as string, "utf8")).toStartWith("damaged");
      expect(usersIn(join(folder, databaseName))).toBe(10);
      expect(existsSync(`${join(folder, databaseName)}-wal`)).toBe(false);
    });
  });
});
