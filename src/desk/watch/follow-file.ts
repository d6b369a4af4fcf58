import { stat } from "node:fs/promises";
import { createLineSplitter } from "./line-splitter.ts";
import { openFile, type OpenedFile } from "./opened-file.ts";

/** Polls without a file after which the old one is let go: until then its writer may go on with it under another name. */
const absentPollsMost = 60;

/** What following has come to. */
export interface FollowState {
  readonly isThere: boolean;
  /** Why it cannot be read, in words. */
  readonly fault: string | null;
  /** Bytes that were passed over because more came than is read; not those before the start. */
  readonly skippedBytes: number;
}

export interface FollowedFile {
  /** Reads what was added and hands its lines on; one at a time. Never throws. */
  poll(onLines: (lines: readonly string[]) => void): Promise<void>;
  state(): FollowState;
  close(): Promise<void>;
}

/** Follows a file that may be absent, renamed, emptied or made anew; its last lines are read before the next file's first. */
export function followFile(path: string): FollowedFile {
  const splitter = createLineSplitter();
  let file: OpenedFile | null = null;
  let isFirst = true;
  let absentPolls = 0;
  let state: FollowState = { isThere: false, fault: null, skippedBytes: 0 };

  const readOn = async (opened: OpenedFile, onLines: (lines: readonly string[]) => void): Promise<void> => {
    const onBytes = (bytes: Uint8Array): void => {
      const lines = splitter.take(bytes);
      if (lines.length > 0) onLines(lines);
    };
    const skippedBytes = await opened.readOn({ onBytes, onGap: splitter.reset });
    if (!isFirst) state = { ...state, skippedBytes: state.skippedBytes + skippedBytes };
  };
  const release = async (onLines: (lines: readonly string[]) => void): Promise<void> => {
    if (file === null) return;
    const old = file;
    file = null;
    try {
      await readOn(old, onLines);
      const last = splitter.flush();
      if (last.length > 0) onLines(last);
    } finally {
      splitter.reset();
      await old.close();
    }
  };
  const poll = async (onLines: (lines: readonly string[]) => void): Promise<void> => {
    const identity = await identityOf(path);
    absentPolls = identity === null ? absentPolls + 1 : 0;
    const isReplaced = file !== null && identity !== null && identity !== file.identity;
    if (isReplaced || absentPolls >= absentPollsMost) await release(onLines);
    if (identity !== null) file ??= await openFile(path);
    state = { ...state, isThere: identity !== null, fault: null };
    if (file !== null) await readOn(file, onLines);
    isFirst = false;
  };

  return {
    state: () => state,
    poll: async (onLines) => {
      try {
        await poll(onLines);
      } catch (error) {
        state = { ...state, isThere: false, fault: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
      }
    },
    close: async () => {
      const opened = file;
      file = null;
      await opened?.close();
    },
  };
}

/** Device and inode; null when it is not there. @throws Error when it is no file, such as a pipe, on which opening would wait */
async function identityOf(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error("it is no regular file");
    return `${found.dev}:${found.ino}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
