import { accessSync, constants, mkdirSync } from "node:fs";
import { OperatorError } from "../../errors.ts";

/** Makes the data folder and sees that it can be written. @throws OperatorError */
export function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new OperatorError(`The data folder ${folder} cannot be used (${code}): ${remedies[code] ?? "change its permissions"}, or choose another DATA_DIR.`);
  }
}

const remedies: Record<string, string> = {
  EEXIST: "it is no folder; move that file away",
  ENOTDIR: "part of its path is no folder; correct the path",
  EROFS: "its file system is read-only; mount it for writing",
  ENOSPC: "its disk is full; free some space",
};
