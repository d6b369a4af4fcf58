import { setImmediate as nextTurn } from "node:timers/promises";
import { Failure } from "../../errors.ts";

/** Where a file's bytes come from: a request's body, a file's stream, or memory. */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;

/** Bytes handled in one turn of the event loop; parsing them takes about 3 ms. */
const sliceBytes = 65_536;

const marks: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ["UTF-16", [0xff, 0xfe]],
  ["UTF-16", [0xfe, 0xff]],
  ["a zip archive (an Excel workbook?)", [0x50, 0x4b, 0x03, 0x04]],
  ["compressed with gzip", [0x1f, 0x8b]],
];

/**
 * The bytes of a source in slices, checked to be UTF-8, without a byte order mark. Gives the event loop a turn between slices.
 *
 * @throws Failure csv_invalid at the first byte that is not UTF-8
 */
export async function* byteSlices(source: ByteSource): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let offset = 0;
  for await (const chunk of chunksOf(source)) {
    for (let start = 0; start < chunk.length; start += sliceBytes) {
      const slice = chunk.subarray(start, start + sliceBytes);
      if (offset === 0) refuseForeignMark(slice);
      checkUtf8(decoder, slice, offset);
      const isMarked = offset === 0 && slice[0] === 0xef && slice[1] === 0xbb && slice[2] === 0xbf;
      offset += slice.length;
      yield isMarked ? slice.subarray(3) : slice;
      await nextTurn();
    }
  }
  checkUtf8(decoder, null, offset);
}

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  // A first chunk of fewer bytes than a mark has would hide the mark, so small beginnings are joined.
  let head: Uint8Array | null = new Uint8Array(0);
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 4) continue;
    yield head;
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}

function refuseForeignMark(slice: Uint8Array): void {
  const found = marks.find(([, bytes]) => bytes.every((byte, position) => slice[position] === byte));
  if (found) throw new Failure("csv_invalid", `the file is ${found[0]}, not UTF-8 text`);
}

function checkUtf8(decoder: TextDecoder, slice: Uint8Array | null, offset: number): void {
  try {
    if (slice) decoder.decode(slice, { stream: true });
    else decoder.decode();
  } catch (error) {
    throw new Failure("csv_invalid", `the file is not UTF-8: an impossible byte at or after byte ${offset + 1}`, { cause: error });
  }
}
