import type { Database } from "bun:sqlite";
import { schemaVersion, schemaVersionOf } from "./migrations.ts";

/** Rows of every table that is not virtual, by name. */
export function countRows(database: Database): Record<string, number> {
  const tables = database
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    )
    .all();
  const count = database.transaction(() =>
    tables.map(({ name }) => [name, (database.query(`SELECT count(*) AS rows FROM "${name}"`).get() as { rows: number }).rows]),
  );
  return Object.fromEntries(count() as [string, number][]) as Record<string, number>;
}

/** What is wrong with a store's file, read from its first to its last page; null when nothing is. */
export function findDamage(database: Database): string | null {
  const version = schemaVersionOf(database);
  if (version === 0) return "it is no SREnity store";
  if (version > schemaVersion) return `it has schema ${version}, this program knows up to ${schemaVersion}`;
  const { integrity_check: found } = database.query("PRAGMA integrity_check(1)").get() as { integrity_check: string };
  return found === "ok" ? null : found;
}
