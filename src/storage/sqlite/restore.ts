import { Database } from "bun:sqlite";
import { constants, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { OperatorError } from "../../errors.ts";
import { syncPath } from "./backup.ts";
import { isBusy } from "./database.ts";
import { lockFolder } from "./lock.ts";
import { databaseName } from "./open.ts";
import { countRows, findDamage } from "./verify-database.ts";

export interface RestoreResult {
  /** The store that now holds the backup. */
  file: string;
  /** What was there before, a whole store; null when there was none. */
  kept: string | null;
  /** Rows by table, as counted in the restored store. */
  rows: Record<string, number>;
}

/**
 * Puts a backup in the place of a folder's store. The backup is copied into the folder and proved there before anything
 * is changed; the store that was there keeps its content under another name.
 *
 * @param nowMs names the kept store
 * @throws OperatorError when the backup does not pass, or a service or another program uses the folder
 */
export function restoreStore(file: string, folder: string, nowMs: number): RestoreResult {
  const source = resolve(file);
  const target = join(resolve(folder), databaseName);
  checkSource(source, target);
  mkdirSync(folder, { recursive: true });
  const lock = lockFolder(folder);
  const partial = `${target}.restoring.partial`;
  try {
    removeFiles(partial);
    copyInto(source, partial);
    const rows = prove(partial, source);
    syncPath(partial);
    const kept = existsSync(target) ? keepAside(target, nowMs) : null;
    // Without its database a log is nobody's; left there, it would be played into the restored one.
    for (const ending of ["-wal", "-shm"]) rmSync(`${target}${ending}`, { force: true });
    renameSync(partial, target);
    syncPath(folder);
    return { file: target, kept, rows };
  } finally {
    removeFiles(partial);
    lock.release();
  }
}

function removeFiles(database: string): void {
  for (const ending of ["", "-journal", "-wal", "-shm"]) rmSync(`${database}${ending}`, { force: true });
}

function checkSource(source: string, target: string): void {
  if (!existsSync(source)) throw new OperatorError(`${source} does not exist.`);
  if (!statSync(source).isFile()) throw new OperatorError(`${source} is no file.`);
  if (source.endsWith(".partial")) throw new OperatorError(`${source} is an unfinished backup: choose one whose name does not end in .partial.`);
  if (source === target) throw new OperatorError(`${source} is the store itself: name a backup.`);
  const log = statSync(`${source}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (log > 0) throw new OperatorError(`${source} has a write-ahead log beside it, so it is a store in use and no backup: make one with \`srenity backup\`.`);
}

function copyInto(source: string, partial: string): void {
  try {
    copyFileSync(source, partial, constants.COPYFILE_FICLONE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC")
      throw new OperatorError(
        `The disk of the data folder is full: restoring needs ${Math.ceil(statSync(source).size / 1_048_576)} MB beside the store that is there. Nothing was changed.`,
      );
    throw new OperatorError(`${source} cannot be copied into the data folder (${code}). Nothing was changed.`);
  }
}

/** @returns rows by table @throws OperatorError when the copy is no whole store */
function prove(partial: string, source: string): Record<string, number> {
  let database: Database | null = null;
  let damage: string | null;
  try {
    database = new Database(partial, { readonly: true });
    damage = findDamage(database);
    if (damage === null) return countRows(database);
  } catch (error) {
    damage = (error as Error).message;
  } finally {
    database?.close();
  }
  throw new OperatorError(`${source} cannot be restored: ${damage}. Nothing was changed.`);
}

/** Gives the store a second name, under which it is whole; the first stays until the backup takes it. */
function keepAside(target: string, nowMs: number): string {
  const kept = `${target}.before-restore-${new Date(nowMs).toISOString().replace(/[:.]/g, "-")}`;
  mergeLog(target);
  try {
    linkSync(target, kept);
  } catch {
    copyFileSync(target, kept, constants.COPYFILE_EXCL);
    syncPath(kept);
  }
  // A log that could not be merged stays with its database, which SQLite finds by the name.
  if (existsSync(`${target}-wal`)) renameSync(`${target}-wal`, `${kept}-wal`);
  return kept;
}

/** Writes the log into the database and takes it out of WAL mode, which works only when nobody else has it open. */
function mergeLog(target: string): void {
  let database: Database | null = null;
  try {
    database = new Database(target);
    database.run("PRAGMA busy_timeout = 0");
    database.run("PRAGMA journal_mode = DELETE");
  } catch (error) {
    if (isBusy(error)) throw new OperatorError(`Another program uses ${target}: end it first. Nothing was changed.`);
    // A damaged store cannot be merged; it is kept as it is, its log with it.
  } finally {
    database?.close();
  }
}
