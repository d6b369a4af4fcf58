import { Failure } from "../../errors.ts";
import type { Store } from "../../storage/store.ts";
import type { ByteSource } from "./byte-slices.ts";
import { emptyReport, type ImportReport } from "./import-report.ts";
import { type ImportOptions, importRows } from "./import-rows.ts";
import { readCsv } from "./read-csv.ts";
import { neededColumns, type ImportKind } from "./row-kinds.ts";

/**
 * Imports CSV of one kind from a request's body or a file. An empty file counts 0.
 *
 * @throws Failure csv_invalid when it is not UTF-8 or has no header of this kind, store_* when the store gives up; batches before are committed
 */
export async function importCsv(store: Store, kind: ImportKind, source: ByteSource, options: ImportOptions): Promise<ImportReport> {
  if (source instanceof Uint8Array && source.length === 0) return emptyReport();
  const { columns, batches } = await readCsv(source);
  if (columns.length === 0) return emptyReport();
  requireColumns(kind, columns);
  return importRows(kind, { store, batches }, options);
}

/** @throws Failure csv_invalid that names the columns a header lacks */
export function requireColumns(kind: ImportKind, columns: readonly string[]): void {
  const missing = neededColumns[kind].filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const found = columns.slice(0, 12).join(", ").slice(0, 200);
  throw new Failure("csv_invalid", `the header lacks ${missing.join(", ")}; it has ${JSON.stringify(found)}`, {
    fields: missing.map((field) => ({ field, message: "is missing from the header" })),
  });
}
