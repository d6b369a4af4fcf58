/** Longest line that is kept whole, in bytes; of a longer one the beginning is kept. */
export const lineBytesMost = 65_536;
const beginningBytes = 1_024;

const lineFeed = 10;

/** Cuts bytes that come in pieces into lines. */
export interface LineSplitter {
  /** The lines that end within these bytes. */
  take(bytes: Uint8Array): string[];
  /** What stands without an end: the last words of a file that is not written any more. */
  flush(): string[];
  /** Forgets what stands without an end. */
  reset(): void;
}

/** Makes a splitter that holds at most `lineBytesMost` bytes. Bytes that are no UTF-8 become U+FFFD. */
export function createLineSplitter(): LineSplitter {
  const decoder = new TextDecoder();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  /** Bytes of a line that is too long, after those that are kept. */
  let droppedBytes = 0;

  const hold = (bytes: Uint8Array): void => {
    const kept = bytes.subarray(0, lineBytesMost - heldBytes);
    droppedBytes += bytes.length - kept.length;
    heldBytes += kept.length;
    // A copy: the buffer that was read into is used again.
    if (kept.length > 0) held.push(new Uint8Array(kept));
  };
  const reset = (): void => {
    held = [];
    heldBytes = 0;
    droppedBytes = 0;
  };
  const end = (last: Uint8Array): string => {
    hold(last);
    const whole = Buffer.concat(held);
    const lengthBytes = heldBytes + droppedBytes;
    const isCut = droppedBytes > 0;
    reset();
    if (!isCut) return decoder.decode(whole);
    return `(a line of ${lengthBytes} bytes) ${decoder.decode(whole.subarray(0, beginningBytes))}`;
  };

  return {
    take: (bytes) => {
      const lines: string[] = [];
      let from = 0;
      for (let to = bytes.indexOf(lineFeed); to !== -1; to = bytes.indexOf(lineFeed, from)) {
        const piece = bytes.subarray(from, to);
        const isWhole = heldBytes === 0 && droppedBytes === 0 && piece.length <= lineBytesMost;
        lines.push(isWhole ? decoder.decode(piece) : end(piece));
        from = to + 1;
      }
      hold(bytes.subarray(from));
      return lines.filter((line) => line.trim() !== "");
    },
    flush: () => (heldBytes + droppedBytes === 0 ? [] : [end(new Uint8Array())].filter((line) => line.trim() !== "")),
    reset,
  };
}
