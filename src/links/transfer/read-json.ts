import { Failure } from "../../errors.ts";
import { byteSlices, type ByteSource } from "./byte-slices.ts";
import { columnName, type RawRow, type RawRows } from "./raw-rows.ts";

/** Largest JSON document read as a whole, in bytes; anything larger comes as NDJSON or CSV. */
export const documentBytesMost = 268_435_456;
/** Longest line of an NDJSON file, in bytes. */
export const lineBytesMost = 16_777_216;
/** Records handed on at a time. */
const batchRows = 500;

const lineFeed = 10;

/** Where the answers of link services keep their records; an object of records counts as a list of them. */
const listPaths: readonly (readonly string[])[] = [["shortUrls", "data"], ["data"], ["links"], ["result"], ["urls"], ["users"], ["events"]];

/**
 * Reads NDJSON: one record, or one page of an API's answer, per line. Memory is bounded by the longest line.
 *
 * @throws Failure csv_invalid when the bytes are not UTF-8 or a line is longer than `lineBytesMost`
 */
export async function readNdjson(source: ByteSource): Promise<RawRows> {
  return withColumns(ndjsonRows(source));
}

/**
 * Reads one JSON document: an array of records, an API's answer, or an array of such answers.
 *
 * @throws Failure csv_invalid when it is no JSON or larger than `documentBytesMost`
 */
export async function readJson(source: ByteSource): Promise<RawRows> {
  const slices: Uint8Array[] = [];
  let total = 0;
  for await (const slice of byteSlices(source)) {
    slices.push(slice);
    total += slice.length;
    if (total > documentBytesMost)
      throw new Failure("csv_invalid", `the JSON document is larger than ${documentBytesMost} bytes: send NDJSON, one record a line`);
  }
  const text = Buffer.concat(slices).toString();
  if (text.trim() === "") return { columns: [], batches: batchesOf([]) };
  return withColumns(batchesOf(recordsOf(parsed(text, "the file is no JSON"))));
}

function parsed(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure("csv_invalid", otherwise, { cause: error });
  }
}

/** The records in a value: of a list, of a page of an answer, or the value itself. */
function recordsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => pageOf(item) ?? [item]);
  return pageOf(value) ?? [value];
}

function pageOf(value: unknown): unknown[] | null {
  for (const path of listPaths) {
    const found = path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
    if (Array.isArray(found)) return found;
    if (isObject(found) && Object.values(found).length > 0 && Object.values(found).every(isObject)) return Object.values(found);
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toRow(value: unknown, row: number): RawRow {
  if (!isObject(value)) return { row, fault: "the record is not a JSON object" };
  const record: Record<string, unknown> = {};
  for (const key of Object.keys(value)) record[columnName(key)] = value[key];
  return { row, record };
}

async function* batchesOf(values: unknown[]): AsyncGenerator<RawRow[]> {
  for (let start = 0; start < values.length; start += batchRows) {
    yield values.slice(start, start + batchRows).map((value, position) => toRow(value, start + position + 1));
  }
}

async function* ndjsonRows(source: ByteSource): AsyncGenerator<RawRow[]> {
  let row = 0;
  for await (const lines of linesOf(source)) {
    const rows = lines.flatMap((line): RawRow[] => {
      try {
        return recordsOf(JSON.parse(line)).map((value) => toRow(value, ++row));
      } catch {
        return [{ row: ++row, fault: "the line is no JSON" }];
      }
    });
    for (let start = 0; start < rows.length; start += batchRows) yield rows.slice(start, start + batchRows);
  }
}

async function* linesOf(source: ByteSource): AsyncGenerator<string[]> {
  /** The unfinished line, in pieces, so that a long one is not copied again with every slice. */
  let open: Uint8Array[] = [];
  let openBytes = 0;
  for await (const slice of byteSlices(source)) {
    const end = slice.lastIndexOf(lineFeed);
    if (end >= 0) {
      yield textLines(Buffer.concat([...open, slice.subarray(0, end)]));
      open = [];
      openBytes = 0;
    }
    open.push(slice.subarray(end + 1));
    openBytes += slice.length - end - 1;
    if (openBytes > lineBytesMost) throw new Failure("csv_invalid", `a line is longer than ${lineBytesMost} bytes`);
  }
  yield textLines(Buffer.concat(open));
}

function textLines(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split("\n")
    .filter((line) => line.trim() !== "");
}

async function withColumns(batches: AsyncGenerator<RawRow[]>): Promise<RawRows> {
  const first = await batches.next();
  if (first.done) return { columns: [], batches };
  const columns = new Set<string>();
  for (const item of first.value) if ("record" in item) for (const key of Object.keys(item.record)) columns.add(key);
  return { columns: [...columns], batches: prepended(first.value, batches) };
}

async function* prepended<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
