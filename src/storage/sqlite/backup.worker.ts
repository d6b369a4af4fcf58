import { Database } from "bun:sqlite";
import type { BackupReply, BackupRequest } from "./backup.ts";
import { countRows, findDamage } from "./verify-database.ts";

declare const self: Worker;

/** Tables whose rows are never taken out, so that a copy has at least the rows from before and at most those from after. */
const growingTables = new Set(["users", "links", "events", "clicks", "keys", "link_destinations"]);

const dataVersionOf = (database: Database): number => (database.query("PRAGMA data_version").get() as { data_version: number }).data_version;

/** Copies a database as of one moment and proves the copy. @returns rows by table */
function copy({ source, target }: BackupRequest): Record<string, number> {
  const database = new Database(source, { readonly: true });
  try {
    const versionBefore = dataVersionOf(database);
    const before = countRows(database);
    database.run("VACUUM INTO ?", [target]);
    const after = countRows(database);
    const isQuiet = dataVersionOf(database) === versionBefore;
    self.postMessage({ phase: "verifying" } satisfies BackupReply);
    return prove(target, (table, rows) => {
      const least = before[table] ?? 0;
      const most = after[table] ?? 0;
      if (isQuiet) return rows === least;
      return !growingTables.has(table) || (rows >= least && rows <= most);
    });
  } finally {
    database.close();
  }
}

function prove(file: string, isPlausible: (table: string, rows: number) => boolean): Record<string, number> {
  const database = new Database(file, { readonly: true });
  try {
    const damage = findDamage(database);
    if (damage !== null) throw new Error(`the copy is damaged: ${damage}`);
    const rows = countRows(database);
    const wrong = Object.entries(rows).find(([table, count]) => !isPlausible(table, count));
    if (wrong) throw new Error(`the copy has ${wrong[1]} rows in ${wrong[0]}, which the store never had`);
    return rows;
  } finally {
    database.close();
  }
}

self.addEventListener("message", ({ data: request }: MessageEvent<BackupRequest>) => {
  try {
    self.postMessage({ phase: "done", rows: copy(request) } satisfies BackupReply);
  } catch (error) {
    self.postMessage({ phase: "failed", code: (error as { code?: string }).code ?? "", message: (error as Error).message } satisfies BackupReply);
  }
});
