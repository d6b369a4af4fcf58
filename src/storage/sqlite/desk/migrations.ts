import type { Database } from "bun:sqlite";
import { OperatorError } from "../../../errors.ts";
import { schemaVersionOf } from "../migrations.ts";
import { deskTables } from "./desk-tables.ts";
import { incidentTables } from "./incident-tables.ts";
import { outboxTables } from "./outbox-tables.ts";

/** One step of the desk's schema. A landed step never changes; the next one gets the next number. */
interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Every step once, in order, each in its own transaction; `user_version` counts the steps taken. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
    CREATE TABLE series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL UNIQUE);
    -- What all series had at one moment, in one row: appending touches a page or two, whatever the number of series.
    CREATE TABLE series_ticks (at_ms INTEGER PRIMARY KEY, samples BLOB NOT NULL);
    -- Buckets of one series and one resolution, a chunk of time in each row.
    CREATE TABLE series_chunks (
      series_id INTEGER NOT NULL,
      step_ms INTEGER NOT NULL,
      start_ms INTEGER NOT NULL,
      buckets BLOB NOT NULL,
      PRIMARY KEY (series_id, step_ms, start_ms)
    );
    -- Up to when the chunks of a resolution are written; what follows is in the ticks.
    CREATE TABLE series_sealed (step_ms INTEGER PRIMARY KEY, until_ms INTEGER NOT NULL);
    `,
  },
  { version: 2, sql: incidentTables },
  { version: 3, sql: outboxTables },
  { version: 4, sql: deskTables },
];

/** Brings the desk's database up to date. @throws OperatorError when a newer program has written it */
export function migrateDesk(database: Database): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const found = schemaVersionOf(database);
  if (found > newest)
    throw new OperatorError(`The desk's database has schema ${found}, this program knows up to ${newest}: start a newer version of the program.`);
  for (const { version, sql } of migrations) {
    if (version <= found) continue;
    database
      .transaction(() => {
        if (schemaVersionOf(database) >= version) return; // another process took this step while we waited for the lock
        database.run(sql);
        database.run(`PRAGMA user_version = ${version}`);
      })
      .immediate();
  }
}
