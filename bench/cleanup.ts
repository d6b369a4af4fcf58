import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What has to be undone before the program ends, newest last. */
const undoing: (() => void)[] = [];

/** Runs `undo` when the benchmark ends, fails or is interrupted. */
export function onEnd(undo: () => void): void {
  undoing.push(undo);
}

/** Undoes everything, newest first; a second call does nothing. */
export function cleanUp(): void {
  for (let undo = undoing.pop(); undo !== undefined; undo = undoing.pop()) {
    try {
      undo();
    } catch (error) {
      console.error(`cleaning up: ${String(error)}`);
    }
  }
}

/** A folder that is removed at the end. */
export function makeTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "srenity-bench-"));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
