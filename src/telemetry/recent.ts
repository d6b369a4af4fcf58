/** Latency over the last five minutes, in milliseconds; all 0 when there was no request. */
export interface RecentSummary {
  avgMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  count: number;
  errorCount: number;
}

export interface RecentLatency {
  /** `nowMs` is monotonic. Constant time; allocates once in ten seconds. */
  observe(durationMs: number, nowMs: number, isError: boolean): void;
  summary(nowMs: number): RecentSummary;
}

const slotMs = 10_000;
/** Slots in the window: five minutes, the running slot included. */
const slotCount = 30;

// Buckets grow by 10 %, and a bucket is read as its geometric middle: at most 4.9 % from any value in it.
const growth = 1.1;
const leastMs = 0.001;
const mostMs = 600_000;
const growthLog = Math.log(growth);
const bucketCount = Math.ceil(Math.log(mostMs / leastMs) / growthLog) + 1;

interface Slot {
  /** Number of the ten seconds the slot counts, from the start of the clock. */
  period: number;
  counts: Uint32Array;
  count: number;
  errorCount: number;
  sumMs: number;
}

/** Makes the window: at most 30 slots of log-spaced buckets, 27 kB, whatever the traffic. */
export function createRecentLatency(): RecentLatency {
  let current = createSlot(0);
  let earlier: Slot[] = [];

  const advance = (period: number): void => {
    earlier = [...earlier, current].filter((slot) => slot.period > period - slotCount);
    current = createSlot(period);
  };

  return {
    observe(durationMs, nowMs, isError) {
      const period = Math.floor(nowMs / slotMs);
      if (period !== current.period) advance(period);
      const bucket = bucketOf(durationMs);
      current.counts[bucket] = (current.counts[bucket] ?? 0) + 1;
      current.count++;
      if (durationMs > 0) current.sumMs += durationMs;
      if (isError) current.errorCount++;
    },
    summary(nowMs) {
      const oldest = Math.floor(nowMs / slotMs) - slotCount;
      return summarize([...earlier, current].filter((slot) => slot.period > oldest));
    },
  };
}

function createSlot(period: number): Slot {
  return { period, counts: new Uint32Array(bucketCount), count: 0, errorCount: 0, sumMs: 0 };
}

function bucketOf(durationMs: number): number {
  if (!(durationMs > leastMs)) return 0;
  return Math.min(Math.ceil(Math.log(durationMs / leastMs) / growthLog), bucketCount - 1);
}

function middleMs(bucket: number): number {
  return leastMs * growth ** (bucket - 0.5);
}

function summarize(slots: Slot[]): RecentSummary {
  const counts = new Float64Array(bucketCount);
  let count = 0;
  let errorCount = 0;
  let sumMs = 0;
  for (const slot of slots) {
    for (let bucket = 0; bucket < bucketCount; bucket++) counts[bucket] = (counts[bucket] ?? 0) + (slot.counts[bucket] ?? 0);
    count += slot.count;
    errorCount += slot.errorCount;
    sumMs += slot.sumMs;
  }
  if (count === 0) return { avgMs: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, count: 0, errorCount: 0 };
  const at = (share: number): number => quantileMs(counts, Math.ceil(share * count));
  return { avgMs: sumMs / count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), count, errorCount };
}

function quantileMs(counts: Float64Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    seen += counts[bucket] ?? 0;
    if (seen >= rank) return middleMs(bucket);
  }
  return mostMs;
}
