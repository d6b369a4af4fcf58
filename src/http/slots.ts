import { Failure } from "../errors.ts";

/** Seconds a client is asked to wait for a free slot. */
const retryAfterS = 5;

/** Lets at most `most` pieces of work run at once; work beyond that is refused, not queued. */
export class Slots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Failure `rate_limited` when all slots are taken */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#most)
      throw new Failure("rate_limited", `${this.#most} imports are running already`, { headers: { "Retry-After": String(retryAfterS) } });
    this.#taken++;
    try {
      return await work();
    } finally {
      this.#taken--;
    }
  }
}
