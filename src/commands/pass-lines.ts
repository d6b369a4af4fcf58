/** Longest line that is waited for, in bytes; a longer one is passed on in pieces. */
const lineBytesMost = 1_048_576;
const lineFeed = 10;

/** Passes on what a program writes, whole lines at a time, so that those of several programs do not mix; ends with the stream. Never rejects. */
export async function passLines(stream: AsyncIterable<Uint8Array>, pass: (lines: Uint8Array) => void): Promise<void> {
  let rest: Uint8Array = new Uint8Array(0);
  try {
    for await (const piece of stream) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const end = bytes.length > lineBytesMost ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
      if (end > 0) pass(bytes.subarray(0, end));
      rest = bytes.slice(end);
    }
  } catch {
    // The program is gone, and its end is seen elsewhere.
  }
  if (rest.length > 0) pass(Buffer.concat([rest, Uint8Array.of(lineFeed)]));
}
