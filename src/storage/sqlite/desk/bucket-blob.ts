import type { Buckets, StoredTick } from "../../series-history.ts";

/** Columns of a bucket. */
const columns = ["startsMs", "counts", "sums", "lows", "highs"] as const;
/** Fast, and no larger: what is in there repeats itself or does not. */
const deflateLevel = 1;
/** A tick's sample: the series' number in four bytes, its value in eight. */
const sampleBytes = 12;

/** Buckets as one small blob: column after column, so that equal neighbours are compressed away. */
export function encodeBuckets(buckets: Buckets): Uint8Array {
  const length = buckets.startsMs.length;
  const numbers = new Float64Array(length * columns.length);
  for (const [column, name] of columns.entries()) numbers.set(buckets[name], column * length);
  return Bun.deflateSync(byPlace(new Uint8Array(numbers.buffer)), { level: deflateLevel });
}

/** @throws Error when the blob is none of `encodeBuckets` */
export function decodeBuckets(blob: Uint8Array): Buckets {
  const bytes = byNumber(Bun.inflateSync(blob as Uint8Array<ArrayBuffer>));
  const numbers = new Float64Array(bytes.buffer, 0, bytes.length / Float64Array.BYTES_PER_ELEMENT);
  const length = numbers.length / columns.length;
  const column = (index: number): Float64Array => numbers.subarray(index * length, (index + 1) * length);
  return { startsMs: column(0), counts: column(1), sums: column(2), lows: column(3), highs: column(4) };
}

/** All first bytes of the numbers, then all second ones: signs and exponents of neighbours are alike. */
function byPlace(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const width = Float64Array.BYTES_PER_ELEMENT;
  const count = bytes.length / width;
  const moved = new Uint8Array(bytes.length);
  for (let index = 0; index < count; index++) for (let place = 0; place < width; place++) moved[place * count + index] = bytes[index * width + place] as number;
  return moved;
}

function byNumber(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const width = Float64Array.BYTES_PER_ELEMENT;
  const count = Math.floor(bytes.length / width);
  const moved = new Uint8Array(count * width);
  for (let index = 0; index < count; index++) for (let place = 0; place < width; place++) moved[index * width + place] = bytes[place * count + index] as number;
  return moved;
}

export function encodeTick({ samples }: StoredTick): Uint8Array {
  const view = new DataView(new ArrayBuffer(samples.length * sampleBytes));
  for (const [index, { id, value }] of samples.entries()) {
    view.setUint32(index * sampleBytes, id, true);
    view.setFloat64(index * sampleBytes + 4, value, true);
  }
  return new Uint8Array(view.buffer);
}

export function decodeTick(atMs: number, blob: Uint8Array): StoredTick {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const samples = [];
  for (let at = 0; at + sampleBytes <= blob.byteLength; at += sampleBytes) samples.push({ id: view.getUint32(at, true), value: view.getFloat64(at + 4, true) });
  return { atMs, samples };
}

/** Buckets of both, by start; of two that start together the one with more samples. */
export function mergeBuckets(first: Buckets, second: Buckets): Buckets {
  const best = new Map<number, readonly [Buckets, number]>();
  for (const buckets of [first, second]) {
    for (const [index, startMs] of buckets.startsMs.entries()) {
      const known = best.get(startMs);
      if (!known || (buckets.counts[index] ?? 0) > (known[0].counts[known[1]] ?? 0)) best.set(startMs, [buckets, index]);
    }
  }
  return selectBuckets([...best.keys()].sort((a, b) => a - b).map((startMs) => best.get(startMs) as readonly [Buckets, number]));
}

function selectBuckets(chosen: readonly (readonly [Buckets, number])[]): Buckets {
  const column = (name: (typeof columns)[number]): Float64Array => Float64Array.from(chosen, ([buckets, index]) => buckets[name][index] ?? 0);
  return { startsMs: column("startsMs"), counts: column("counts"), sums: column("sums"), lows: column("lows"), highs: column("highs") };
}
