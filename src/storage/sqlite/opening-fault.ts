import { OperatorError } from "../../errors.ts";

/** A file that is being opened, and what an operator can do when it is damaged. */
export interface OpenedFile {
  folder: string;
  file: string;
  remedy: string;
}

/** The fault of a damaged file. `found` says what is wrong with it. */
export function damagedFault({ file, remedy }: OpenedFile, found: string): OperatorError {
  return new OperatorError(`${file} is damaged (${found.replace(/\s+/g, " ").trim()}): ${remedy}.`);
}

/** What an operator is told when a database file cannot be opened; errors that are no operator's fault stay as they are. */
export function openingFault(error: unknown, opened: OpenedFile): unknown {
  const { folder, file } = opened;
  const code = (error as { code?: string }).code ?? "";
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return damagedFault(opened, (error as Error).message);
  // A full disk shows as FULL, or as an I/O error where the shared memory of the log cannot grow.
  if (/^SQLITE_(FULL|IOERR_SHMSIZE)/.test(code)) return new OperatorError(`The disk of ${folder} is full: free some space, or choose another DATA_DIR.`);
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|IOERR)|EACCES|EPERM|EROFS)/.test(code))
    return new OperatorError(`${file} cannot be written (${code}): change the permissions of the data folder and its files, or choose another DATA_DIR.`);
  if (code.startsWith("SQLITE_BUSY")) return new OperatorError(`${file} is locked by another program: end it and start again.`);
  return error;
}
