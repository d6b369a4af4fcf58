import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { LinkLedger } from "./link-ledger.ts";
import { attemptStart, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

const links = 60;
const pageBytes = 4_096;

/** A folder as a stopped service leaves it, with enough links for many pages. */
async function fillFolder(folder: string): Promise<LinkLedger> {
  await using service = await startRunningService({ folder, settings: { LOG_LEVEL: "silent" } });
  const ledger = new LinkLedger();
  await ledger.begin(service);
  await Promise.all(Array.from({ length: links }, () => ledger.create(service, { title: "x".repeat(200) })));
  for (const entry of ledger.entries) await ledger.follow(service, entry);
  await service.stop();
  return ledger;
}

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 131 + 89) % 251);
const half = (file: string): number => Math.floor(statSync(file).size / pageBytes / 2) * pageBytes;

/** Every way in which a disk or a person breaks a file. */
const damages: Record<string, (file: string) => void> = {
  "noise in the middle": (file) => overwrite(file, half(file), noise(3 * pageBytes)),
  "a page of zeros": (file) => overwrite(file, half(file), new Uint8Array(pageBytes)),
  "a page in another's place": (file) => overwrite(file, half(file), readFileSync(file).subarray(pageBytes, 2 * pageBytes)),
  "cut to half": (file) => truncateSync(file, half(file)),
  "cut within a page": (file) => truncateSync(file, half(file) + 1_000),
  "cut to nothing": (file) => truncateSync(file, 0),
  "a header of noise": (file) => overwrite(file, 0, noise(100)),
  "another file altogether": (file) => writeFileSync(file, "id,user_id\n".repeat(5_000)),
};

test("a damaged database is found at the start: the sentence names the file and `srenity restore`, and nothing is changed", async () => {
  using folder = temporaryFolder();
  const ledger = await fillFolder(folder.path);
  const file = join(folder.path, "srenity.db");
  const whole = join(folder.path, "whole.db");
  copyFileSync(file, whole);
  for (const [name, damage] of Object.entries(damages)) {
    damage(file);
    const damaged = readFileSync(file);
    const { status, output, errors } = await attemptStart({ folder: folder.path });
    expect({ name, status, output, errors }).toEqual({ name, status: 78, output: "", errors: expect.stringMatching(/^srenity serve: [^\n]+\.\n$/) });
    expect(errors).toContain(file);
    expect(errors).toContain("`srenity restore BACKUP`");
    expect(readFileSync(file).equals(damaged)).toBe(true);
    for (const ending of ["-wal", "-shm"]) rmSync(`${file}${ending}`, { force: true });
    copyFileSync(whole, file);
  }
  await using service = await startRunningService({ folder: folder.path });
  expect(await ledger.findFaults(service)).toEqual([]);
}, 60_000);

test("a database emptied beside its log is found at the start, and its log is kept for the rescue", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "srenity.db");
  await using service = await startRunningService({ folder: folder.path });
  const ledger = new LinkLedger();
  await ledger.begin(service);
  await ledger.create(service);
  await service.kill();
  const log = readFileSync(`${file}-wal`);
  expect(log.length).toBeGreaterThan(0);
  truncateSync(file, 0);
  rmSync(join(folder.path, "spool.db"));
  const { status, errors } = await attemptStart({ folder: folder.path });
  expect({ status, errors }).toEqual({ status: 78, errors: expect.stringContaining("`srenity restore BACKUP`") });
  expect(readFileSync(`${file}-wal`).equals(log)).toBe(true);
});

test("a torn end of the log costs only what was not acknowledged", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path });
  const ledger = new LinkLedger();
  await ledger.begin(service);
  for (let link = 0; link < 10; link++) await ledger.create(service);
  await service.kill();
  const log = join(folder.path, "srenity.db-wal");
  writeFileSync(log, Buffer.concat([readFileSync(log), noise(pageBytes / 2)]));
  await using again = await startRunningService({ folder: folder.path });
  expect(await ledger.findFaults(again)).toEqual([]);
});

test("a damaged spool is found at the start, and the service starts without it", async () => {
  using folder = temporaryFolder();
  const ledger = await fillFolder(folder.path);
  const spool = join(folder.path, "spool.db");
  writeFileSync(spool, noise(3 * pageBytes));
  const { status, errors } = await attemptStart({ folder: folder.path });
  expect({ status, errors }).toEqual({ status: 78, errors: expect.stringMatching(/^srenity serve: [^\n]*spool\.db is damaged[^\n]*move it away[^\n]*\n$/) });
  rmSync(spool);
  await using service = await startRunningService({ folder: folder.path });
  expect(await ledger.findFaults(service)).toEqual([]);
});

test("a store of a newer schema is refused in one sentence that names both schemas, and is left as it is", async () => {
  using folder = temporaryFolder();
  await fillFolder(folder.path);
  const file = join(folder.path, "srenity.db");
  const versionOf = (change: string): unknown => {
    const database = new Database(file);
    try {
      return database.query(change).get();
    } finally {
      database.close();
    }
  };
  versionOf("PRAGMA user_version = 999");
  const { status, output, errors } = await attemptStart({ folder: folder.path });
  expect({ status, output }).toEqual({ status: 78, output: "" });
  expect(errors).toMatch(/^srenity serve: The store has schema 999, this program knows up to \d+: [^\n]+\.\n$/);
  expect(versionOf("PRAGMA user_version")).toEqual({ user_version: 999 });
});
