import type { Database } from "bun:sqlite";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { openDatabase, quickCheck, stopWaiting } from "../database.ts";
import { prepareFolder } from "../folder.ts";
import { openingFault } from "../opening-fault.ts";
import { migrateDesk } from "./migrations.ts";

/** Name of the desk's database within its folder. */
export const deskDatabaseName = "desk.db";

/** Page cache of the desk's connection, in KiB: it appends, and reads what a chart asks for. */
const cacheKib = 2_000;
/** Pages in the write-ahead log at which a commit checkpoints (4 MiB); there is no reader beside it that would. */
const checkpointPages = 1_000;
/** Damaged files that are kept for a person to look at; the oldest goes first. */
const damagedCopiesMost = 5;

export interface OpenedDesk {
  readonly database: Database;
  /** Where a damaged file was moved to, and what is wrong with it; null when it was whole. Say it loudly. */
  readonly damaged: { readonly copy: string; readonly fault: string } | null;
  close(): void;
}

/**
 * Opens the desk's database. A damaged file is moved aside and a new one begun: watching must go on, and the saved copy keeps the history.
 *
 * @throws OperatorError for a folder that cannot be used, a full disk, a lock or a newer schema
 */
export function openDesk(folder: string, nowMs: number): OpenedDesk {
  prepareFolder(folder);
  const file = join(folder, deskDatabaseName);
  const found = tryOpen(folder, file);
  if (typeof found !== "string") return opened(found, null);
  const copy = moveAside(folder, file, nowMs);
  const afresh = tryOpen(folder, file);
  if (typeof afresh === "string") throw openingFault(new Error(afresh), { folder, file, remedy: "move it away to begin empty" });
  return opened(afresh, { copy, fault: found });
}

function opened(database: Database, damaged: OpenedDesk["damaged"]): OpenedDesk {
  return { database, damaged, close: () => database.close() };
}

/** The open database, or what is damaged about the file. */
function tryOpen(folder: string, file: string): Database | string {
  let database: Database | null = null;
  try {
    if (isEmptied(file)) return "the file is empty, and its log is not";
    database = openDatabase(file, "normal", cacheKib);
    database.run(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    const found = quickCheck(database);
    if (found !== "ok") {
      database.close();
      return found.replace(/\s+/g, " ").trim();
    }
    migrateDesk(database);
    database.run("PRAGMA shrink_memory"); // what the check has read
    stopWaiting(database);
    return database;
  } catch (error) {
    database?.close();
    if (/^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string }).code ?? "")) return (error as Error).message;
    throw openingFault(error, { folder, file, remedy: "move it away to begin empty" });
  }
}

/** SQLite would take such a file for a new one and delete the log that holds all there is. */
function isEmptied(file: string): boolean {
  return existsSync(file) && statSync(file).size === 0 && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Renames the file and its log, which belong together, and forgets the oldest of the copies. */
function moveAside(folder: string, file: string, nowMs: number): string {
  const copy = `${file}.damaged-${new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  for (const part of ["-wal", "-shm", ""]) if (existsSync(file + part)) renameSync(file + part, copy + part);
  const copies = readdirSync(folder)
    .filter((name) => name.startsWith(`${deskDatabaseName}.damaged-`) && !/-(wal|shm)$/.test(name))
    .sort();
  for (const name of copies.slice(0, -damagedCopiesMost)) for (const part of ["", "-wal", "-shm"]) rmSync(join(folder, name + part), { force: true });
  return copy;
}
