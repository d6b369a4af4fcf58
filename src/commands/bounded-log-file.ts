import { mkdir, open, rename, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/** Size at which the file is put aside and a new one begun, in bytes; one old file is kept. */
const fileBytesMost = 16_777_216;
/** Bytes that wait while the disk is slow; later ones are dropped. */
const waitingBytesMost = 4_194_304;
/** After a failure the disk is left alone for this long, in milliseconds: it is probably full. */
const pauseMs = 1_000;

/** A log file that can neither fill the disk nor hold anybody up. */
export interface BoundedLogFile {
  /** Takes whole lines; what the disk does not take is lost. Never throws. */
  write(lines: Uint8Array): void;
  /** Waits until what was taken is written, at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

/** Appends to a file; the one before it is beside it, with `.1` at its end. */
export function createBoundedLogFile(path: string, monotonicMs: () => number): BoundedLogFile {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let file: { handle: FileHandle; sizeBytes: number } | null = null;
  let restsUntilMs = 0;
  let writing: Promise<void> | null = null;

  const openFile = async (): Promise<{ handle: FileHandle; sizeBytes: number }> => {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "a");
    return { handle, sizeBytes: (await stat(path)).size };
  };
  const append = async (bytes: Uint8Array): Promise<void> => {
    file ??= await openFile();
    await file.handle.appendFile(bytes);
    file.sizeBytes += bytes.length;
    if (file.sizeBytes < fileBytesMost) return;
    await file.handle.close();
    file = null;
    await rename(path, `${path}.1`);
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const bytes = Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
      try {
        if (monotonicMs() >= restsUntilMs) await append(bytes);
      } catch {
        restsUntilMs = monotonicMs() + pauseMs;
        await file?.handle.close().catch(() => undefined);
        file = null;
      }
    }
    writing = null;
  };
  return {
    write: (lines) => {
      if (waitingBytes + lines.length > waitingBytesMost) return;
      waiting.push(lines);
      waitingBytes += lines.length;
      writing ??= drain();
    },
    close: async (timeoutMs) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([writing, late]);
      clearTimeout(timer);
      await file?.handle.close().catch(() => undefined);
    },
  };
}
