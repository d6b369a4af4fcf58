/** A record as it stands in a file: column names in lower case, values as text (CSV) or as parsed (JSON). */
export type RawRecord = Readonly<Record<string, unknown>>;

/** A record with its number, 1 for the first after the header; or why there is none. */
export type RawRow = { row: number; record: RawRecord; /** What a reader had to leave out. */ notes?: string[] } | { row: number; fault: string };

/** The records of one file, a handful at a time, with the columns that name them. */
export interface RawRows {
  /** Of the header, or of the first record. Empty when the file has neither. */
  columns: readonly string[];
  batches: AsyncIterable<RawRow[]>;
}

/** A column's name as compared: `Short URL`, `short-url` and `short_url` are the same. */
export function columnName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}
