import type { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { ClickStore, Store, StoreCheck } from "../store.ts";
import { createAnswerStore } from "./answers.ts";
import { type ClickLog, createClickLog } from "./click-log.ts";
import { openDatabase, type SqliteSync, stopWaiting, quickCheck } from "./database.ts";
import { prepareFolder } from "./folder.ts";
import { createEventLog } from "./event-log.ts";
import { createEventStore } from "./events.ts";
import { type Integrity, watchIntegrity } from "./integrity.ts";
import { createKeyStore } from "./keys.ts";
import { createLinkStore } from "./links.ts";
import { createLogKeeper } from "./log-keeper.ts";
import { migrate, schemaVersion, schemaVersionOf } from "./migrations.ts";
import { damagedFault, type OpenedFile, openingFault } from "./opening-fault.ts";
import { createSealer } from "./postings.ts";
import { Reader } from "./reader.ts";
import { createRollUp, type DescribeClick, type RollUp } from "./roll-up.ts";
import { spoolName } from "./spool.ts";
import { createTagIndex } from "./tag-index.ts";
import { createUserStore } from "./users.ts";
import { createWordIndex } from "./word-index.ts";
import { type ObserveOperation, Writer } from "./writer.ts";

export interface SqliteOptions {
  /** Data folder; made when it is missing. */
  folder: string;
  sync: SqliteSync;
  /** Tells browser, country … of a click, for the roll-ups. */
  describe: DescribeClick;
  observe?: ObserveOperation;
  /** Page cache of the writing connection, in KiB; a large one is for bulk work. */
  cacheKib?: number;
  /** Free space below which the check of the disk fails, in megabytes. */
  diskFreeMb?: number;
}

/** Largest file that is checked whole before serving, in bytes; a larger one is checked beside the service. */
const checkedAtStartBytes = 256 * 1_048_576;
/** How often another process is looked for, in milliseconds. */
const foreignChangeEveryMs = 100;
/** Longest that a statistic waits for the roll-up, in milliseconds. */
const rollUpWaitMostMs = 2_000;
/** How long one slice of the roll-up may take when a statistic waits for it, in milliseconds. */
const rollUpSliceMs = 4;

/** Name of the database file within the data folder. */
export const databaseName = "srenity.db";

/**
 * Opens the embedded store.
 *
 * @throws OperatorError for a folder that cannot be used, a damaged file or a newer schema
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const file = join(options.folder, databaseName);
  const observe = options.observe ?? (() => {});
  const isSmall = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= checkedAtStartBytes;
  const writer = new Writer(openChecked(options, file), observe);
  const reader = new Reader(file, observe);
  return assemble({ options, writer, reader, integrity: watchIntegrity(file, isSmall, observe) });
}

/** Opens the file, looks for damage and brings the schema up to date; every fault in one sentence. */
function openChecked({ folder, sync, cacheKib }: SqliteOptions, file: string): Database {
  prepareFolder(folder);
  const opened: OpenedFile = { folder, file, remedy: "restore a backup with `srenity restore BACKUP`, or move the file away to begin empty" };
  if (isEmptied(folder, file)) throw damagedFault(opened, "the file is empty");
  try {
    const database = openDatabase(file, sync, cacheKib);
    const version = schemaVersionOf(database);
    if (version > 0 && statSync(file).size <= checkedAtStartBytes) {
      const found = quickCheck(database);
      if (found !== "ok") throw damagedFault(opened, found);
    }
    migrate(database);
    database.run("PRAGMA shrink_memory"); // what the check has read
    stopWaiting(database);
    return database;
  } catch (error) {
    throw openingFault(error, opened);
  }
}

/** A file without content is new, unless a log or a spool beside it says that there was a store; SQLite would delete that log. */
function isEmptied(folder: string, file: string): boolean {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return existsSync(file) && sizeOf(file) === 0 && (sizeOf(`${file}-wal`) > 0 || sizeOf(join(folder, spoolName)) > 0);
}

interface Parts {
  options: SqliteOptions;
  writer: Writer;
  reader: Reader;
  integrity: Integrity;
}

function assemble({ options, writer, reader, integrity }: Parts): Store {
  const { database } = writer;
  const events = createEventLog(database);
  const clicks = createClickLog(writer, events);
  const rollUp = createRollUp(writer, clicks, options.describe);
  const words = createWordIndex(writer);
  const sealer = createSealer(writer, clicks);
  const answers = createAnswerStore(writer);
  const log = createLogKeeper(writer, reader);
  const foreign = watchForeignChanges(database);
  return {
    users: createUserStore(writer, reader),
    links: createLinkStore({ writer, reader, events, clicks, words, tagIndex: createTagIndex(database) }),
    events: createEventStore({ writer, reader, events, rollUp, describe: options.describe }),
    clicks: createClickStore(writer, { clicks, rollUp, reader }),
    keys: createKeyStore(writer),
    answers,
    check: () => check(writer, options, integrity),
    maintain: async (nowMs, budgetMs) => {
      integrity.begin();
      await log.slice();
      if (await sealer.slice()) return true;
      if (await rollUp.slice(budgetMs)) return true;
      if (await words.slice()) return true;
      return answers.forgetOld(nowMs);
    },
    onForeignChange: foreign.listen,
    close: async () => {
      foreign.stop();
      reader.close();
      database.close();
    },
  };
}

function createClickStore(writer: Writer, { clicks, rollUp, reader }: { clicks: ClickLog; rollUp: RollUp; reader: Reader }): ClickStore {
  return {
    commit: async (batch, batchId) => {
      if (writer.held) await writer.held;
      return clicks.commit(batch, batchId);
    },
    stats: async (urlId, range) => {
      const deadlineMs = performance.now() + rollUpWaitMostMs;
      while (performance.now() < deadlineMs && (await rollUp.slice(rollUpSliceMs))) await Bun.sleep(0);
      return reader.ask("clicks.stats", { urlId, range });
    },
    rollupLag: () => clicks.lag(),
  };
}

/** SQLite's data version changes when another connection has written; the reader never writes. */
function watchForeignChanges(database: Database): { listen(listener: () => void): void; stop(): void } {
  const listeners: (() => void)[] = [];
  const version = database.prepare<{ data_version: number }, []>("PRAGMA data_version");
  let seen = version.get()?.data_version;
  const timer = setInterval(() => {
    const now = version.get()?.data_version;
    if (now === seen) return;
    seen = now;
    for (const listener of listeners) listener();
  }, foreignChangeEveryMs);
  timer.unref();
  return { listen: (listener) => void listeners.push(listener), stop: () => clearInterval(timer) };
}

/** Every check by name; a fault is a result, never an exception. */
async function check(writer: Writer, options: SqliteOptions, integrity: Integrity): Promise<StoreCheck[]> {
  const run = async (name: string, look: () => string | Promise<string>): Promise<StoreCheck> => {
    try {
      return { name, isOk: true, detail: await look() };
    } catch (error) {
      return { name, isOk: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
  return [
    await run("store_writable", () =>
      writer.write("store.check", () => void writer.database.run("UPDATE progress SET value = value WHERE name = 'event_id'")).then(() => "writes"),
    ),
    await run("integrity", () => integrity.verdict()),
    await run("disk_space", async () => {
      const { bavail, bsize } = await statfs(options.folder);
      const freeMb = Math.floor((bavail * bsize) / 1_048_576);
      if (freeMb < (options.diskFreeMb ?? 0)) throw new Error(`${freeMb} MB free, ${options.diskFreeMb} wanted`);
      return `${freeMb} MB free`;
    }),
    await run("migrations", () => {
      const version = schemaVersionOf(writer.database);
      if (version !== schemaVersion) throw new Error(`schema ${version}, expected ${schemaVersion}`);
      return `schema ${version}`;
    }),
  ];
}
