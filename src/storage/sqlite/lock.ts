import type { Database } from "bun:sqlite";
import { join } from "node:path";
import { OperatorError } from "../../errors.ts";
import { isBusy, openFile } from "./database.ts";
import { prepareFolder } from "./folder.ts";
import { openingFault } from "./opening-fault.ts";

export interface FolderLock {
  release(): void;
}

/**
 * Takes a data folder for one serving process. The lock is an open exclusive transaction on a file of its own,
 * so the kernel gives it back when the process dies, however it dies.
 *
 * @throws OperatorError when another process serves from the folder, or the folder cannot be used
 */
export function lockFolder(folder: string): FolderLock {
  prepareFolder(folder);
  const file = join(folder, "serving.lock");
  let database: Database | null = null;
  try {
    const opened = (database = openFile(file));
    opened.run("PRAGMA busy_timeout = 0");
    opened.run("BEGIN EXCLUSIVE");
    return {
      release: () => {
        opened.run("ROLLBACK");
        opened.close();
      },
    };
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw new OperatorError(`Another SREnity serves from ${folder}: stop it first, or give this one another DATA_DIR.`);
    throw openingFault(error, { folder, file, remedy: "delete it, it holds nothing" });
  }
}
