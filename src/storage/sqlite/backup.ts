import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { OperatorError } from "../../errors.ts";
import { databaseName } from "./open.ts";

/** How often progress is looked at, in milliseconds. */
const lookEveryMs = 200;
/** A backup is readable by its owner only: it has the hashes of keys, and addresses. */
const backupMode = 0o600;

export interface BackupRequest {
  source: string;
  target: string;
}

export type BackupReply = { phase: "verifying" } | { phase: "done"; rows: Record<string, number> } | { phase: "failed"; code: string; message: string };

export interface BackupOptions {
  /** Replaces a backup of that name. */
  isForced?: boolean;
  onProgress?(done: { writtenBytes: number; sourceBytes: number; isVerifying: boolean }): void;
}

export interface BackupResult {
  file: string;
  bytes: number;
  /** Rows by table, as counted in the copy. */
  rows: Record<string, number>;
}

/**
 * Writes a copy of a folder's store as of one moment, while a service may be writing to it. The copy is proved
 * (`integrity_check`, rows of every table) and on disk before it takes its name; until then its name ends in `.partial`.
 *
 * @throws OperatorError when there is no store, the file exists, the disk is full or the copy does not pass
 */
export async function backupStore(folder: string, file: string, options: BackupOptions = {}): Promise<BackupResult> {
  const source = resolve(folder, databaseName);
  const target = resolve(file);
  checkNames(source, target, options.isForced === true);
  mkdirSync(dirname(target), { recursive: true });
  removeAbandoned(target);
  const partial = `${target}.${process.pid}.partial`;
  try {
    const rows = await copyAside({ source, target: partial }, options);
    chmodSync(partial, backupMode);
    syncPath(partial);
    if (options.isForced !== true && existsSync(target)) throw existsAlready(target);
    renameSync(partial, target);
    syncPath(dirname(target));
    return { file: target, bytes: statSync(target).size, rows };
  } finally {
    for (const path of [partial, `${partial}-journal`]) rmSync(path, { force: true });
  }
}

/** Makes what was written to a file, or renamed in a folder, survive a power cut. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const existsAlready = (target: string): OperatorError => new OperatorError(`${target} exists: choose another name, or replace it with --force.`);

function checkNames(source: string, target: string, isForced: boolean): void {
  if (!existsSync(source)) throw new OperatorError(`${dirname(source)} has no store: set DATA_DIR to the folder of the one you mean.`);
  if (target === source || target.startsWith(`${source}-`)) throw new OperatorError("A backup cannot be written over the store itself: choose another name.");
  if (target.endsWith(".partial")) throw new OperatorError("A backup's name cannot end in .partial, which marks unfinished ones: choose another name.");
  if (!existsSync(target)) return;
  if (!isForced) throw existsAlready(target);
  if (!statSync(target).isFile()) throw new OperatorError(`${target} is no file: choose another name.`);
}

/** Removes what backups to the same name left behind whose process is gone. */
function removeAbandoned(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(`${basename(target)}.`)) continue;
    const process = /^\.(\d+)\.partial(-journal)?$/.exec(name.slice(basename(target).length))?.[1];
    if (process !== undefined && !isRunning(Number(process))) rmSync(join(dirname(target), name), { force: true });
  }
}

function isRunning(processId: number): boolean {
  if (processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Copies in a worker, so that progress can be told meanwhile. */
async function copyAside(request: BackupRequest, options: BackupOptions): Promise<Record<string, number>> {
  const worker = new Worker(new URL("./backup.worker.ts", import.meta.url).href);
  let isVerifying = false;
  const tell = (): void =>
    options.onProgress?.({
      writtenBytes: statSync(request.target, { throwIfNoEntry: false })?.size ?? 0,
      sourceBytes: statSync(request.source, { throwIfNoEntry: false })?.size ?? 0,
      isVerifying,
    });
  const timer = setInterval(tell, lookEveryMs);
  try {
    return await new Promise((done, fail) => {
      worker.addEventListener("message", ({ data: reply }: MessageEvent<BackupReply>) => {
        if (reply.phase === "verifying") isVerifying = true;
        else if (reply.phase === "done") done(reply.rows);
        else fail(faultOf(reply, request));
      });
      worker.addEventListener("error", (event) => fail(new OperatorError(`The backup could not be started: ${event.message}`)));
      worker.postMessage(request);
    });
  } finally {
    clearInterval(timer);
    worker.terminate();
  }
}

function faultOf({ code, message }: { code: string; message: string }, { source, target }: BackupRequest): OperatorError {
  if (code.startsWith("SQLITE_FULL"))
    return new OperatorError(
      `The disk of ${dirname(target)} is full: a backup needs about ${Math.ceil(statSync(source).size / 1_048_576)} MB. Nothing was written.`,
    );
  if (/^SQLITE_(CANTOPEN|PERM|READONLY|IOERR)/.test(code))
    return new OperatorError(`${dirname(target)} cannot be written (${code}): choose another folder or change its permissions.`);
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return new OperatorError(`The store ${source} is damaged (${message}): restore an earlier backup with \`srenity restore\`.`);
  return new OperatorError(`The backup failed: ${message}. Nothing was written.`);
}
