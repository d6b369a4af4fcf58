import { Database, SQLiteError } from "bun:sqlite";
import { accessSync, constants } from "node:fs";
import { Failure, type FailureCode } from "../../errors.ts";

/** Page cache of the writing connection unless said otherwise, in KiB; the system's own cache is behind it. */
const cacheDefaultKib = 8_000;
/** Pages in the write-ahead log at which a commit checkpoints by itself; the reader does it long before. */
const checkpointPages = 16_384;
/** How long opening waits for a lock, in milliseconds. */
const openTimeoutMs = 5_000;

export type SqliteSync = "normal" | "full";

/**
 * Opens a file for writing, new or not. SQLite by itself opens one that may not be written for reading: its writes fail
 * later, and its locks keep nobody out.
 *
 * @throws SQLiteError, or an error with the code EACCES or EROFS
 */
export function openFile(file: string): Database {
  const database = new Database(file, { create: true, strict: true });
  try {
    accessSync(file, constants.W_OK);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the database file for writing, in WAL mode. @throws like `openFile` */
export function openDatabase(file: string, sync: SqliteSync, cacheKib = cacheDefaultKib): Database {
  const database = openFile(file);
  database.run(`PRAGMA busy_timeout = ${openTimeoutMs}`);
  database.run("PRAGMA journal_mode = WAL");
  database.run(`PRAGMA synchronous = ${sync === "full" ? "FULL" : "NORMAL"}`);
  // Savepoints keep the pages they may have to undo; in memory, not in a temporary file.
  database.run("PRAGMA temp_store = MEMORY");
  database.run(`PRAGMA cache_size = -${cacheKib}`);
  database.run(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  return database;
}

/** Whether the whole file reads well: "ok", or the first thing SQLite found. */
export function quickCheck(database: Database): string {
  return (database.query("PRAGMA quick_check(1)").get() as { quick_check: string }).quick_check;
}

/** From here on statements never wait for a lock, which would stop the serving thread; `Writer` retries between turns. */
export function stopWaiting(database: Database): void {
  database.run("PRAGMA busy_timeout = 0");
}

const codes: readonly (readonly [prefix: string, code: FailureCode])[] = [
  ["SQLITE_BUSY", "store_busy"],
  ["SQLITE_LOCKED", "store_busy"],
  ["SQLITE_PROTOCOL", "store_busy"],
  ["SQLITE_FULL", "store_full"],
  ["SQLITE_CORRUPT", "store_damaged"],
  ["SQLITE_NOTADB", "store_damaged"],
  ["SQLITE_", "store_unavailable"],
];

/** The failure a client is told for an SQLite error; other errors are bugs and stay as they are. */
export function storeFailureOf(error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const found = codes.find(([prefix]) => error.code?.startsWith(prefix));
  return found ? new Failure(found[1], undefined, { cause: error }) : error;
}

/** Whether an error says that somebody else holds the lock. */
export function isBusy(error: unknown): boolean {
  const failure = storeFailureOf(error);
  return failure instanceof Failure && failure.code === "store_busy";
}

/** Whether an error says that a unique constraint holds the value already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof SQLiteError && error.code === "SQLITE_CONSTRAINT_UNIQUE";
}
