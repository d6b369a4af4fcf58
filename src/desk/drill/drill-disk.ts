import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Size of the disk, in megabytes: room for the store of a drill and its log of changes. */
const sizeMb = 32;
/** How long mounting may take, in milliseconds. */
const mountTimeoutMs = 5_000;
const ballastName = "ballast";

/** A small disk in memory, for an instance whose disk is to fill up. */
export interface DrillDisk {
  fill(): void;
  free(): void;
  unmount(): void;
}

/** Mounts a disk in memory at `folder`. @throws Error when this process may not */
export function mountDrillDisk(folder: string): DrillDisk {
  mkdirSync(folder, { recursive: true });
  const isMounted = process.platform === "linux" && run("mount", "-t", "tmpfs", "-o", `size=${sizeMb}m`, "tmpfs", folder);
  if (!isMounted) throw new Error("no disk can be mounted here: this drill needs Linux, and to be run as root");
  const ballast = join(folder, ballastName);
  return {
    fill: () => fillDisk(ballast),
    free: () => rmSync(ballast, { force: true }),
    unmount: () => unmountDrillDisk(folder),
  };
}

/** Unmounts a disk, even one that is in use; nothing where none is mounted. */
export function unmountDrillDisk(folder: string): void {
  if (process.platform === "linux") run("umount", "--lazy", folder);
}

function run(...command: string[]): boolean {
  return Bun.spawnSync(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore", timeout: mountTimeoutMs }).success;
}

/** Appends to a file until nothing more goes in, in ever smaller pieces. */
function fillDisk(ballast: string): void {
  const file = openSync(ballast, "a");
  try {
    for (const pieceBytes of [65_536, 4_096, 1]) appendUntilFull(file, Buffer.alloc(pieceBytes));
  } finally {
    closeSync(file);
  }
}

function appendUntilFull(file: number, piece: Buffer): void {
  try {
    for (let left = (sizeMb * 1_048_576) / piece.length; left >= 0; left--) writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
