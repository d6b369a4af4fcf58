/** A bucket of a histogram: observations, or their rate, up to its limit. */
export interface Bucket {
  readonly limit: number;
  readonly count: number;
}

/**
 * The value below which a share of the observations lies, on a straight line within its bucket, as Prometheus' `histogram_quantile`.
 *
 * @param share from 0 to 1
 * @returns null where nothing was observed or the last bucket is missing
 */
export function quantileOf(share: number, buckets: readonly Bucket[]): number | null {
  const sorted = rising(buckets.toSorted((a, b) => a.limit - b.limit));
  const last = sorted.at(-1);
  if (!last || last.limit !== Number.POSITIVE_INFINITY || sorted.length < 2 || !(last.count > 0)) return null;
  const rank = share * last.count;
  const index = sorted.findIndex(({ count }) => count >= rank);
  const bucket = sorted[index];
  const before = sorted[index - 1];
  if (!bucket || bucket === last) return sorted.at(-2)?.limit ?? null;
  const start = before?.limit ?? 0;
  const below = before?.count ?? 0;
  if (!before && bucket.limit <= 0) return bucket.limit;
  return start + (bucket.limit - start) * ((rank - below) / (bucket.count - below));
}

/** A bucket has no fewer observations than the one below it, whatever a torn scrape or a sum of series says. */
function rising(buckets: readonly Bucket[]): Bucket[] {
  let most = Number.NEGATIVE_INFINITY;
  return buckets.map(({ limit, count }) => ({ limit, count: (most = Math.max(most, count)) }));
}
