/** Rows a new one has room for; it doubles when it is full. */
const firstCapacity = 64;

/**
 * Rows of numbers in order of their first column, which is a time: they come in at the end and leave at the start.
 * Kept column by column, so that a stretch of one is a view without a copy; a view is good until the next change.
 */
export class SlidingColumns {
  readonly #width: number;
  readonly #most: number;
  #columns: Float64Array[];
  #from = 0;
  #to = 0;

  /** @param most rows at which the oldest leaves for each that comes */
  constructor(width: number, most: number) {
    this.#width = width;
    this.#most = most;
    this.#columns = Array.from({ length: width }, () => new Float64Array(0));
  }

  get length(): number {
    return this.#to - this.#from;
  }

  /** Bytes of memory that the rows take, spare room included. */
  get bytes(): number {
    return this.#width * (this.#columns[0]?.byteLength ?? 0);
  }

  /** NaN outside of the rows. */
  get(column: number, row: number): number {
    return row < 0 || row >= this.length ? Number.NaN : ((this.#columns[column] as Float64Array)[this.#from + row] as number);
  }

  set(column: number, row: number, value: number): void {
    (this.#columns[column] as Float64Array)[this.#from + row] = value;
  }

  push(...row: readonly number[]): void {
    if (this.length >= this.#most) this.#from++;
    if (this.#to === (this.#columns[0] as Float64Array).length) this.#makeRoom();
    for (let column = 0; column < this.#width; column++) (this.#columns[column] as Float64Array)[this.#to] = row[column] as number;
    this.#to++;
  }

  /** Rows of a column from one on and before another. */
  view(column: number, fromRow: number, toRow: number): Float64Array {
    return (this.#columns[column] as Float64Array).subarray(this.#from + fromRow, this.#from + toRow);
  }

  /** A whole column, and the place in it of a row. */
  column(column: number): Float64Array {
    return this.#columns[column] as Float64Array;
  }

  placeOf(row: number): number {
    return this.#from + row;
  }

  /** The first row whose time is `timeMs` or later; the length when there is none. */
  rowAt(timeMs: number): number {
    const times = this.#columns[0] as Float64Array;
    let [low, high] = [this.#from, this.#to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] as number) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low - this.#from;
  }

  dropBefore(timeMs: number): void {
    this.#from += this.rowAt(timeMs);
    if (this.#from === this.#to) this.#from = this.#to = 0;
  }

  /** Drops the rows of `timeMs` and later. */
  dropFrom(timeMs: number): void {
    this.#to = this.#from + this.rowAt(timeMs);
  }

  /** Moves the rows to the front when an eighth is free there, else into twice the room. */
  #makeRoom(): void {
    const capacity = (this.#columns[0] as Float64Array).length;
    const { length } = this;
    if (this.#from > 0 && this.#from >= capacity / 8) for (const column of this.#columns) column.copyWithin(0, this.#from, this.#to);
    else {
      const larger = Math.max(firstCapacity, Math.min(capacity * 2, Math.ceil(this.#most * 1.25)), length + 1);
      this.#columns = this.#columns.map((column) => {
        const grown = new Float64Array(larger);
        grown.set(column.subarray(this.#from, this.#to));
        return grown;
      });
    }
    this.#from = 0;
    this.#to = length;
  }
}
