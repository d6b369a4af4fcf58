import type { LogLine } from "./log-line.ts";

/** Lines that wait for one slow reader; the oldest give way, as a live view wants the newest. */
const waitingMost = 500;

/** New lines for one reader. */
export interface LogSubscription {
  /** Waits for lines and takes them; null once it is closed. One call at a time. */
  read(): Promise<{ lines: readonly LogLine[]; droppedCount: number } | null>;
  close(): void;
}

/** The writing side of a subscription. */
export interface OfferedSubscription extends LogSubscription {
  offer(line: LogLine): void;
}

/** Makes a subscription to the lines that `isWanted`; `onClose` is told once. */
export function createLogSubscription(isWanted: (line: LogLine) => boolean, onClose: () => void): OfferedSubscription {
  let waiting: LogLine[] = [];
  let droppedCount = 0;
  let isClosed = false;
  let wake: (() => void) | null = null;

  const wakeReader = (): void => {
    wake?.();
    wake = null;
  };
  return {
    offer: (line) => {
      if (isClosed || !isWanted(line)) return;
      waiting.push(line);
      if (waiting.length > waitingMost) {
        waiting.shift();
        droppedCount++;
      }
      wakeReader();
    },
    read: async () => {
      if (waiting.length === 0 && !isClosed) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      if (isClosed) return null;
      const taken = { lines: waiting, droppedCount };
      waiting = [];
      droppedCount = 0;
      return taken;
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      waiting = [];
      wakeReader();
      onClose();
    },
  };
}
