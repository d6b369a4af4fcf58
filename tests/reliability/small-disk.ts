import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../harness/temporary-folder.ts";

/** A file system of its own, in memory. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Takes all free space. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  makeReadOnly(): void;
  makeWritable(): void;
}

const ballastName = "ballast";

function run(...command: string[]): boolean {
  return Bun.spawnSync(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).success;
}

/** Whether this process may mount file systems; tests that need one count as skipped elsewhere. */
export const canMount: boolean = (() => {
  try {
    makeSmallDisk(1)[Symbol.dispose]();
    return true;
  } catch {
    console.warn("!!! tests that need a small or read-only disk are SKIPPED: this process may not mount one (run as root)");
    return false;
  }
})();

/** Mounts an empty file system of `sizeMb` megabytes. @throws Error when that is not permitted */
export function makeSmallDisk(sizeMb: number): SmallDisk {
  const folder = temporaryFolder();
  const { path } = folder;
  if (process.platform !== "linux" || !run("mount", "-t", "tmpfs", "-o", `size=${sizeMb}m`, "tmpfs", path)) {
    folder[Symbol.dispose]();
    throw new Error("no file system can be mounted here");
  }
  const ballast = join(path, ballastName);
  return {
    path,
    fill: () => fillDisk(ballast),
    free: () => rmSync(ballast, { force: true }),
    makeReadOnly: () => void run("mount", "-o", "remount,ro", path),
    makeWritable: () => void run("mount", "-o", "remount,rw", path),
    [Symbol.dispose]: () => {
      run("umount", "--lazy", path);
      folder[Symbol.dispose]();
    },
  };
}

/** Appends to a file until nothing more goes in, in ever smaller pieces. */
function fillDisk(ballast: string): void {
  const file = openSync(ballast, "a");
  try {
    for (const pieceBytes of [65_536, 4_096, 1]) {
      try {
        while (statfsSync(ballast).bsize > 0) writeSync(file, Buffer.alloc(pieceBytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}
