import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unmountDrillDisk } from "./drill-disk.ts";

const prefix = "srenity-drill-";

/** The store of a drill instance within the folder of its drill; a disk of its own where that is to fill up. */
export const storeName = "store";

/** Makes the folder of a drill; its name has the process that has to remove it. */
export function makeDrillFolder(): string {
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes folders whose process was killed before it could. */
export function removeOrphanedFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    unmountDrillDisk(join(folder, storeName));
    rmSync(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
