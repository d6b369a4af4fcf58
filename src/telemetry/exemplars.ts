/** A request that fell into a bucket of a histogram, by the id of its trace. */
export interface Exemplar {
  traceId: string;
  /** The observed value, in the unit of its histogram. */
  value: number;
  /** In seconds since 1970. */
  atS: number;
}

/** How long a bucket keeps its exemplar at least, in milliseconds: scrapes are further apart, and most requests cost one comparison. */
const keptMs = 1_000;

/** The exemplar of each bucket of a histogram. */
export class Exemplars {
  readonly #takenMs: Float64Array;
  readonly #kept: (Exemplar | null)[];

  constructor(bucketCount: number) {
    this.#takenMs = new Float64Array(bucketCount).fill(Number.NEGATIVE_INFINITY);
    this.#kept = Array.from({ length: bucketCount }, () => null);
  }

  /** Whether a bucket has none yet, or an old one. @param monotonicMs is only compared */
  isWanted(bucket: number, monotonicMs: number): boolean {
    return monotonicMs - (this.#takenMs[bucket] ?? 0) >= keptMs;
  }

  /** The id is copied: a part of a text keeps all of it in memory, and ids are drawn from texts of 8 kB. */
  keep(bucket: number, monotonicMs: number, { traceId, value, atS }: Exemplar): void {
    this.#takenMs[bucket] = monotonicMs;
    this.#kept[bucket] = { traceId: Buffer.from(traceId, "latin1").toString("latin1"), value, atS };
  }

  of(bucket: number): Exemplar | null {
    return this.#kept[bucket] ?? null;
  }
}
