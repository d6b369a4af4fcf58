import { type ForeignFormat, linksOfForeign } from "./foreign-formats.ts";
import type { RawRow } from "./raw-rows.ts";

/** Most codes remembered to notice one that comes twice. */
const codesMost = 1_000_000;

/**
 * Turns records of a foreign export into rows of urls.csv. A code that comes twice, as one on two domains does,
 * is refused the second time.
 */
export async function* foreignRows(batches: AsyncIterable<RawRow[]>, format: ForeignFormat, ownerId: number): AsyncGenerator<RawRow[]> {
  const codes = new Set<unknown>();
  const isRepeated = (code: unknown): boolean => {
    if (codes.has(code)) return true;
    if (codes.size < codesMost && code !== "" && code !== undefined) codes.add(code);
    return false;
  };
  for await (const batch of batches) {
    yield batch.flatMap((raw): RawRow[] => {
      if (!("record" in raw)) return [raw];
      const { links, notes } = linksOfForeign(format, raw.record, ownerId);
      return links.map((record): RawRow => {
        if (isRepeated(record["short_code"]))
          return { row: raw.row, fault: `the code ${JSON.stringify(record["short_code"])} comes twice in this file; the first is kept` };
        return { row: raw.row, record, ...(notes.length > 0 ? { notes } : {}) };
      });
    });
  }
}
