/** Size of a block, in bytes. */
const blockBytes = 65_536;

/** Bytes that arrive in pieces of any size, kept in blocks: a client that sends single bytes costs no more memory than their number. */
export class Pieces {
  readonly #full: Uint8Array[] = [];
  #block = new Uint8Array(0);
  #used = 0;

  add(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#used === this.#block.length) this.#startBlock();
      const part = rest.subarray(0, this.#block.length - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** Everything so far, in order. */
  blocks(): Uint8Array[] {
    return this.#used === 0 ? [...this.#full] : [...this.#full, this.#block.subarray(0, this.#used)];
  }

  #startBlock(): void {
    if (this.#used > 0) this.#full.push(this.#block);
    this.#block = new Uint8Array(blockBytes);
    this.#used = 0;
  }
}
