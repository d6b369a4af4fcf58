import { Database } from "bun:sqlite";
import { join } from "node:path";
import { databaseName } from "../../src/storage/sqlite/open.ts";

/** Locks the store of a folder as another process would that writes for long, until it is disposed of. */
export function lockStore(folder: string): Disposable {
  const database = new Database(join(folder, databaseName));
  database.run("PRAGMA busy_timeout = 2000");
  database.run("BEGIN EXCLUSIVE");
  return {
    [Symbol.dispose]: () => {
      database.run("ROLLBACK");
      database.close();
    },
  };
}
