import { Failure } from "../../errors.ts";
import { byteSlices, type ByteSource } from "./byte-slices.ts";
import { columnName, type RawRow, type RawRows } from "./raw-rows.ts";
import { type CsvItem, splitRecords } from "./split-records.ts";

/** Most columns a header may have. */
const columnsMost = 200;
/** Slices without a printable character after which the header is looked for no further: half a megabyte. */
const blankSlicesMost = 8;

const delimiters = [",", ";", "\t"] as const;

/**
 * Reads CSV with a header line; memory stays bounded whatever the file's size. Comma, semicolon or tab, as the header has it.
 *
 * @throws Failure csv_invalid, now or while reading, when the bytes are not UTF-8 text or the header is none
 */
export async function readCsv(source: ByteSource): Promise<RawRows> {
  const slices = byteSlices(source);
  const head: Uint8Array[] = [];
  for await (const slice of ahead(slices)) {
    head.push(slice);
    if (slice.some((byte) => byte > 32) || head.length >= blankSlicesMost) break;
  }
  const items = splitRecords(joined(head, slices), delimiterOf(Buffer.concat(head).toString()));
  const first = await items.next();
  if (first.done) return { columns: [], batches: none() };
  const [header, ...rest] = first.value;
  const columns = columnsOf(header as CsvItem);
  return { columns, batches: rowsOf(columns, rest, items) };
}

/** Iterates without closing the generator when the loop is left. */
function ahead<T>(generator: AsyncGenerator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => generator.next() }) };
}

async function* joined(head: Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}

async function* none(): AsyncGenerator<RawRow[]> {}

/** The delimiter that stands most often in the first line. */
function delimiterOf(text: string): string {
  const line = /[^\r\n]+/.exec(text)?.[0] ?? "";
  const counted = delimiters.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function columnsOf(header: CsvItem): string[] {
  if (!Array.isArray(header)) throw new Failure("csv_invalid", `the header cannot be read: ${header.fault}`);
  const columns = header.map(columnName);
  if (columns.length > columnsMost) throw new Failure("csv_invalid", `the header has more than ${columnsMost} columns`);
  return columns;
}

async function* rowsOf(columns: readonly string[], first: CsvItem[], items: AsyncIterable<CsvItem[]>): AsyncGenerator<RawRow[]> {
  let row = 0;
  const toRow = (item: CsvItem): RawRow => {
    row++;
    return Array.isArray(item) ? rowOf(columns, item, row) : { row, fault: item.fault };
  };
  if (first.length > 0) yield first.map(toRow);
  for await (const batch of items) yield batch.map(toRow);
}

function rowOf(columns: readonly string[], fields: string[], row: number): RawRow {
  const surplus = fields.length > columns.length && fields.slice(columns.length).some((field) => field !== "");
  if (surplus) return { row, fault: `the record has ${fields.length} fields, the header ${columns.length}: a comma may need quotes` };
  const record: Record<string, unknown> = {};
  for (let position = Math.min(columns.length, fields.length) - 1; position >= 0; position--) {
    record[columns[position] as string] = fields[position];
  }
  return { row, record };
}
