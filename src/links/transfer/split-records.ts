import { type CsvError, parse, type Parser } from "csv-parse";

/** A record's fields, or why a line is no record. */
export type CsvItem = string[] | { fault: string };

/** Longest record, in bytes: here a quote that is never closed is noticed. */
export const recordBytesMost = 1_048_576;
/** Bytes parsed at once, which takes about 3 ms. */
const pieceBytes = 65_536;

const carriageReturn = 13;
const lineFeed = 10;
const nothing = new Uint8Array(0);

interface Reading {
  parser: Parser;
  /** Bytes of this parser's input, and those up to the end of its last whole record. */
  writtenBytes: number;
  recordedBytes: number;
}

/**
 * Splits CSV into records (RFC 4180, any line end). A line that cannot be read costs only itself: reading goes on
 * behind it, so that a quote left open does not swallow the rest of the file.
 */
export async function* splitRecords(slices: AsyncIterable<Uint8Array>, delimiter: string): AsyncGenerator<CsvItem[]> {
  let items: CsvItem[] = [];
  let reading = startReading(delimiter, (record) => items.push(record));
  /** Bytes behind the last whole record: at most a record and a piece. */
  let rest: Uint8Array = nothing;
  const unread: Uint8Array[] = [];

  /** Whether the line that cannot be read goes on in the next piece. */
  let isSkipping = false;

  const step = async (bytes: Uint8Array | null): Promise<void> => {
    const piece = bytes && isSkipping ? fromLineEnd(bytes) : bytes;
    if (piece && piece.length > 0) isSkipping = false;
    const error = piece ? await write(reading, piece) : await end(reading);
    rest = withoutBlankLines(restOf(reading, rest, piece ?? nothing));
    reading.recordedBytes = reading.writtenBytes - rest.length;
    // The parser measures a record by its text; one of delimiters alone would grow without end.
    const fault = error ? faultOf(error) : rest.length > recordBytesMost + pieceBytes ? tooLong : null;
    if (fault === null) return;
    items.push({ fault });
    const behind = fromLineEnd(rest);
    isSkipping = behind.length === 0;
    unread.unshift(behind);
    rest = nothing;
    reading = startReading(delimiter, (record) => items.push(record));
  };
  async function* readUnread(): AsyncGenerator<CsvItem[]> {
    for (let next = unread.shift(); next !== undefined; next = unread.shift()) {
      if (next.length > pieceBytes) unread.unshift(next.subarray(pieceBytes));
      await step(next.subarray(0, pieceBytes));
      if (items.length > 0) yield items;
      items = [];
    }
  }

  for await (const slice of slices) {
    unread.push(slice);
    yield* readUnread();
  }
  do {
    yield* readUnread();
    await step(null);
    if (items.length > 0) yield items;
    items = [];
  } while (unread.length > 0);
}

function startReading(delimiter: string, keep: (record: string[]) => void): Reading {
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMost,
    on_record: (record: string[]) => {
      keep(record);
      reading.recordedBytes = parser.info.bytes;
      return null;
    },
  });
  const reading: Reading = { parser, writtenBytes: 0, recordedBytes: 0 };
  parser.on("error", () => {}); // told through the callback of the write that failed
  return reading;
}

function write(reading: Reading, bytes: Uint8Array): Promise<CsvError | null> {
  reading.writtenBytes += bytes.length;
  return new Promise((resolve) => {
    reading.parser.write(bytes, (error) => resolve((error as CsvError | null | undefined) ?? null));
  });
}

function end(reading: Reading): Promise<CsvError | null> {
  return new Promise((resolve) => {
    reading.parser.once("error", (error) => resolve(error as CsvError));
    reading.parser.once("end", () => resolve(null));
    reading.parser.resume();
    reading.parser.end();
  });
}

function restOf(reading: Reading, before: Uint8Array, piece: Uint8Array): Uint8Array {
  const length = reading.writtenBytes - reading.recordedBytes;
  if (length <= piece.length) return piece.subarray(piece.length - length);
  const both = Buffer.concat([before, piece]);
  return both.subarray(both.length - length);
}

const isLineEnd = (byte: number): boolean => byte === carriageReturn || byte === lineFeed;

function withoutBlankLines(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => !isLineEnd(byte));
  return start === -1 ? nothing : bytes.subarray(start);
}

/** The bytes from the end of their first line on; none when it does not end in them. */
function fromLineEnd(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex(isLineEnd);
  return start === -1 ? nothing : bytes.subarray(start);
}

const tooLong = `the record is longer than ${recordBytesMost} bytes: a quote may not be closed`;
const faults: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and never closed",
  CSV_MAX_RECORD_SIZE: tooLong,
  CSV_INVALID_CLOSING_QUOTE: "a quoted field goes on behind its closing quote",
  INVALID_OPENING_QUOTE: "a quote stands inside a field that does not begin with one",
};

function faultOf(error: CsvError): string {
  return faults[error.code] ?? "the line is no CSV record";
}
