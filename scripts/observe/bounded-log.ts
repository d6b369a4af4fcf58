import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";

/** A log file that cannot fill the disk. */
export interface BoundedLog {
  write(text: string): void;
  /** The newest lines, oldest first. */
  lastLines(): string[];
  close(): void;
}

/** Size at which a file is put aside and a new one begun, in bytes; one old file is kept. */
const fileBytesMost = 16_777_216;
/** Lines, and characters of a line, that are remembered to be shown when a program dies. */
const linesRemembered = 8;
const lineLengthMost = 400;

/** Appends to a file; a second one beside it, ending in .old, holds what came before. */
export function createBoundedLog(path: string): BoundedLog {
  let file = openSync(path, "a");
  let sizeBytes = statSync(path).size;
  const recent: string[] = [];
  let unfinished = "";
  const remember = (text: string): void => {
    const lines = (unfinished + text).split("\n");
    unfinished = (lines.pop() ?? "").slice(0, lineLengthMost);
    recent.push(...lines.filter(Boolean).map((line) => line.slice(0, lineLengthMost)));
    recent.splice(0, Math.max(0, recent.length - linesRemembered));
  };
  return {
    write: (text) => {
      sizeBytes += writeSync(file, text);
      remember(text);
      if (sizeBytes < fileBytesMost) return;
      closeSync(file);
      renameSync(path, `${path}.old`);
      file = openSync(path, "a");
      sizeBytes = 0;
    },
    lastLines: () => (unfinished === "" ? [...recent] : [...recent, unfinished]),
    close: () => closeSync(file),
  };
}
