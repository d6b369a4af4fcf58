import type { Database } from "bun:sqlite";
import { isBusy } from "./database.ts";
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
/** Bytes of a page in the log, with its head (https://sqlite.org/walformat.html). */
const frameBytes = 4_096 + 24;
/** Longest that writes are held, in milliseconds. */
const holdMostMs = 500;

/**
 * Keeps the write-ahead log short while the service writes to it. The reader copies it back with its syncs, which may take
 * a hundred milliseconds; the log begins anew when a copy reaches its end, which it does in any pause of the writes.
 * In a storm without pauses writes are held for the last few pages, on a large log only.
 */
export function createLogKeeper(writer: Writer, reader: Reader): { slice(): Promise<void> } {
  writer.database.run(`PRAGMA journal_size_limit = ${keptBytes}`);
  let isInCharge = false;
  return {
    slice: async () => {
      if (!isInCharge) writer.database.run(`PRAGMA wal_autocheckpoint = ${lastResortPages}`);
      isInCharge = true;
      const bytes = countPages(writer.database) * frameBytes;
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

/**
 * Pages in the write-ahead log, copied or not; 0 while another connection keeps them from being counted. SQLite itself is asked: a
 * process that opens the shared memory file on its own and closes it again gives up every lock it holds there, as POSIX has it,
 * and the next process to open the store would cut that file off under this one.
 */
function countPages(database: Database): number {
  try {
    return (database.query("PRAGMA wal_checkpoint(NOOP)").get() as { log: number }).log;
  } catch (error) {
    if (isBusy(error)) return 0;
    throw error;
  }
}
