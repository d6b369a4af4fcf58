import type { RedirectTarget } from "../storage/store.ts";
import { BoundedCache } from "./bounded-cache.ts";

/** What the cache knows of a code: its link, or that there is none. */
export type Known = RedirectTarget | null;

/** Links by code, and codes known not to exist. They are apart, so that a scan of random codes evicts no link. */
export class LinkCache {
  readonly #links: BoundedCache<RedirectTarget>;
  readonly #absent: BoundedCache<null>;
  #changes = 0;

  /** @param entriesMost bound of each of the two */
  constructor(entriesMost: number) {
    this.#links = new BoundedCache(entriesMost);
    this.#absent = new BoundedCache(entriesMost);
  }

  /** The link, null for a code known to have none, undefined when nothing is known. */
  get(code: string): Known | undefined {
    return this.#links.get(code) ?? this.#absent.get(code);
  }

  /** Counts what was forgotten; a lookup that began before a change must not be remembered after it. */
  get changes(): number {
    return this.#changes;
  }

  /** Remembers an answer of the store, unless something changed since `changesBefore`. */
  remember(code: string, known: Known, changesBefore: number): void {
    if (changesBefore !== this.#changes) return;
    if (known) this.#links.set(known.shortCode, known);
    else this.#absent.set(ownCopy(code), null);
  }

  forget(code: string): void {
    this.#changes++;
    this.#links.delete(code);
    this.#absent.delete(code);
  }

  clear(): void {
    this.#changes++;
    this.#links.clear();
    this.#absent.clear();
  }

  /** Entries held, for the metrics. */
  sizes(): { links: number; absent: number } {
    return { links: this.#links.size, absent: this.#absent.size };
  }
}

/** The same text in memory of its own: a part of a request's address would keep the whole address alive. */
function ownCopy(text: string): string {
  return ` ${text}`.slice(1);
}
