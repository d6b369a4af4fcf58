import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Bytes before the end where reading starts, and where it goes on when it has fallen further behind. */
const behindBytesMost = 4_194_304;
/** Bytes of one read; between reads the thread does other things. */
const readBytes = 262_144;
/** Bytes before the position that are compared, to see a file that was emptied and has grown beyond it since. */
const markBytes = 64;
const lineFeed = 10;

/** Takes what is read; the bytes are valid during the call only. */
export interface ByteTaker {
  onBytes(bytes: Uint8Array): void;
  /** What comes next does not follow on what came before. */
  onGap(): void;
}

/** A file that grows, and may be emptied and grow again. */
export interface OpenedFile {
  /** Device and inode: another file under the same name has another. */
  readonly identity: string;
  /** Reads to the end that the file has now; the bytes that were passed over because there were too many. */
  readOn(taker: ByteTaker): Promise<number>;
  close(): Promise<void>;
}

/** Opens a regular file at its start. @throws Error when it cannot be opened */
export async function openFile(path: string): Promise<OpenedFile> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { dev, ino } = await handle.stat();
  const buffer = Buffer.allocUnsafe(readBytes);
  let position = 0;
  /** The last bytes that were read. */
  let mark = Buffer.alloc(0);

  const goTo = (next: number, taker: ByteTaker): void => {
    position = next;
    mark = Buffer.alloc(0);
    taker.onGap();
  };
  const hasMark = async (): Promise<boolean> => {
    if (mark.length === 0) return true;
    const found = await handle.read(Buffer.alloc(mark.length), 0, mark.length, position - mark.length);
    return found.bytesRead === mark.length && found.buffer.equals(mark);
  };

  return {
    identity: `${dev}:${ino}`,
    close: () => handle.close(),
    readOn: async (taker) => {
      const { size } = await handle.stat();
      if (size < position || !(await hasMark())) goTo(0, taker);
      const skippedBytes = Math.max(0, size - behindBytesMost - position);
      if (skippedBytes > 0) goTo(size - behindBytesMost, taker);
      let isWithinLine = skippedBytes > 0;
      while (position < size) {
        const { bytesRead } = await handle.read(buffer, 0, Math.min(readBytes, size - position), position);
        if (bytesRead === 0) break;
        position += bytesRead;
        const bytes = buffer.subarray(0, bytesRead);
        mark = Buffer.concat([mark, bytes.subarray(-markBytes)]).subarray(-markBytes);
        const lineEnd = isWithinLine ? bytes.indexOf(lineFeed) : -1;
        if (isWithinLine && lineEnd === -1) continue;
        isWithinLine = false;
        taker.onBytes(bytes.subarray(lineEnd + 1));
      }
      return skippedBytes;
    },
  };
}
