import { closeSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Size of the write-ahead log from which it is copied back, in bytes. */
const copiedFromBytes = 16 * 1_048_576;
/** Size at which writes are held so that a copy can be complete, in bytes. */
const heldFromBytes = 128 * 1_048_576;
/** Pages at which a commit copies the log back itself, should nobody else: 1 GiB. */
const lastResortPages = 262_144;
/** Bytes of the log file that stay when it begins anew: giving a large file back would stop the serving thread. */
const keptBytes = heldFromBytes;
/** Where the shared memory file tells the frames of the log (https://sqlite.org/walformat.html, mxFrame), and the bytes of a frame. */
const framesOffset = 16;
const frameBytes = 4_096 + 24;
/** Longest that writes are held, in milliseconds. */
const holdMostMs = 500;

/**
 * Keeps the write-ahead log short while the service writes to it. The reader copies it back with its syncs, which may take
 * a hundred milliseconds; the log begins anew when a copy reaches its end, which it does in any pause of the writes.
 * In a storm without pauses writes are held for the last few pages, on a large log only.
 */
export function createLogKeeper(writer: Writer, file: string, reader: Reader): { slice(): Promise<void> } {
  writer.database.run(`PRAGMA journal_size_limit = ${keptBytes}`);
  let isInCharge = false;
  return {
    slice: async () => {
      if (!isInCharge) writer.database.run(`PRAGMA wal_autocheckpoint = ${lastResortPages}`);
      isInCharge = true;
      const bytes = readFrames(`${file}-shm`) * frameBytes;
      if (bytes < copiedFromBytes) return;
      if ((await reader.ask("store.checkpoint", null)) || bytes < heldFromBytes) return;
      const release = writer.hold(holdMostMs);
      try {
        await reader.ask("store.checkpoint", null);
      } finally {
        release();
      }
    },
  };
}

/** Frames in the write-ahead log, copied or not; 0 when there is none. */
function readFrames(sharedMemoryFile: string): number {
  const number = Buffer.alloc(4);
  try {
    const descriptor = openSync(sharedMemoryFile, "r");
    try {
      readSync(descriptor, number, 0, number.length, framesOffset);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return 0;
  }
  return endianness() === "LE" ? number.readUInt32LE() : number.readUInt32BE();
}
