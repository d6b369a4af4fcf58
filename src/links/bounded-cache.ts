/**
 * A map of at most `entriesMost` entries that keeps what is used.
 *
 * It has two generations: entries enter the young one; when that holds half of what is allowed, it becomes the old one
 * and the old one is dropped. An entry found in the old one moves up. A lookup is one or two map reads, no list is kept.
 */
export class BoundedCache<V> {
  readonly #youngMost: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(entriesMost: number) {
    this.#youngMost = Math.floor(entriesMost / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, older);
    return older;
  }

  set(key: string, value: V): void {
    if (this.#youngMost === 0) return;
    if (this.#young.size >= this.#youngMost && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }
}
