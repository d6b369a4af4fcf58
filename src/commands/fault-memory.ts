/** Memory is taken in pieces, so that the serving thread is not held up. In bytes, and milliseconds between two. */
const pieceBytes = 8_388_608;
const pieceEveryMs = 10;

/** Memory that is taken and held on order. */
export interface FaultMemory {
  /** Goes on taking until so many bytes are held; 0 lets go of all at once. */
  hold(bytes: number): void;
}

export function createFaultMemory(): FaultMemory {
  let pieces: Uint8Array[] = [];
  let wantedBytes = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  const grow = (): void => {
    if (pieces.length * pieceBytes >= wantedBytes) return clearInterval(timer);
    // Written to, or the system would only promise it.
    pieces.push(new Uint8Array(pieceBytes).fill(1));
  };
  return {
    hold: (bytes) => {
      wantedBytes = bytes;
      clearInterval(timer);
      if (bytes > 0) {
        timer = setInterval(grow, pieceEveryMs);
        return;
      }
      if (pieces.length === 0) return;
      pieces = [];
      Bun.gc(true);
    },
  };
}
