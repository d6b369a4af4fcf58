import { Database } from "bun:sqlite";
import { join } from "node:path";
import { databaseName } from "./open.ts";

/** How long the lock is waited for, in milliseconds: the store is written to at every turn. */
const lockTimeoutMs = 8_000;

/** Takes the write lock of a store and keeps it for as long as this process lives, as a program would that writes for long. @throws SQLiteError */
export function holdStore(folder: string): void {
  const database = new Database(join(folder, databaseName), { strict: true });
  database.run(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
  database.run("BEGIN EXCLUSIVE");
}
