import type { Database } from "bun:sqlite";
import { join } from "node:path";
import type { ClickSpool } from "../../links/click-spool.ts";
import type { Click } from "../store.ts";
import { openFile, storeFailureOf } from "./database.ts";
import { openingFault } from "./opening-fault.ts";

/** Most that the spool takes on disk, in pages of 4 KiB: 1 GiB. */
const pagesMost = 262_144;

/** Name of the spool's file within the data folder. */
export const spoolName = "spool.db";

/**
 * A spool in a database file of its own, which a lock on the store does not reach. Its calls throw `Failure` store_*.
 *
 * @throws OperatorError for a file that is damaged or cannot be used
 */
export function openSqliteSpool(folder: string): ClickSpool {
  const file = join(folder, spoolName);
  try {
    return spoolOf(prepareFile(openFile(file)));
  } catch (error) {
    throw openingFault(error, { folder, file, remedy: "move it away to go on without the clicks it holds" });
  }
}

function prepareFile(database: Database): Database {
  database.run("PRAGMA busy_timeout = 1000");
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = NORMAL");
  database.run(`PRAGMA max_page_count = ${pagesMost}`);
  database.run("CREATE TABLE IF NOT EXISTS batches (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, clicks INTEGER NOT NULL, body TEXT NOT NULL)");
  database.run("PRAGMA busy_timeout = 0");
  return database;
}

function spoolOf(database: Database): ClickSpool {
  const insert = database.prepare<void, [string, number, string]>("INSERT INTO batches (id, clicks, body) VALUES (?, ?, ?)");
  const oldest = database.prepare<{ id: string; body: string }, []>("SELECT id, body FROM batches ORDER BY position LIMIT 1");
  const remove = database.prepare<{ clicks: number }, [string]>("DELETE FROM batches WHERE id = ? RETURNING clicks");
  let waiting = (database.query("SELECT coalesce(sum(clicks), 0) AS clicks FROM batches").get() as { clicks: number }).clicks;
  return {
    append: (batchId, clicks) => {
      translated(() => insert.run(batchId, clicks.length, JSON.stringify(clicks)));
      waiting += clicks.length;
    },
    oldest: () => {
      const row = translated(() => oldest.get());
      return row && { id: row.id, clicks: JSON.parse(row.body) as Click[] };
    },
    remove: (batchId) => {
      waiting -= translated(() => remove.get(batchId))?.clicks ?? 0;
    },
    clicks: () => waiting,
    close: () => database.close(),
  };
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailureOf(error);
  }
}
