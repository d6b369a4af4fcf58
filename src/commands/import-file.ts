import { createReadStream, openSync, closeSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { Failure } from "../errors.ts";
import type { OwnHosts } from "../links/destination.ts";
import { byteSlices } from "../links/transfer/byte-slices.ts";
import { detectFormat, type DetectedFormat, formatNames } from "../links/transfer/detect-format.ts";
import { foreignRows } from "../links/transfer/foreign-rows.ts";
import { emptyReport, type ImportReport } from "../links/transfer/import-report.ts";
import { batchRowsAlone, batchRowsShared, importRows } from "../links/transfer/import-rows.ts";
import type { RawRows } from "../links/transfer/raw-rows.ts";
import { readCsv } from "../links/transfer/read-csv.ts";
import { readJson, readNdjson } from "../links/transfer/read-json.ts";
import { neededColumns } from "../links/transfer/row-kinds.ts";
import { type Content, sniffBytes, sniffContent } from "../links/transfer/sniff-content.ts";
import type { Store } from "../storage/store.ts";
import { startProgress } from "./progress.ts";

/** Faults and fixes that the written report lists per file. */
const reportRowsMost = 100_000;

/** What became of one file. */
export interface FileReport extends ImportReport {
  file: string;
  /** What its rows were taken for. */
  format: string;
}

export interface ImportFileOptions {
  format: string | null;
  owner: string;
  isDryRun: boolean;
  nowMs: number;
  /** Whether a service shares the store, which must not be kept waiting. */
  isServed: boolean;
  /** Hosts of our own short links, which a foreign link must not lead to; null where they are not known. */
  ownHosts: OwnHosts | null;
}

const readers: Record<Content, (source: AsyncIterable<Uint8Array>) => Promise<RawRows>> = { csv: readCsv, json: readJson, ndjson: readNdjson };

/**
 * Imports one file, whatever its format.
 *
 * @throws Failure csv_invalid when the file is no text or has no known format, before anything is written; store_* when the store gives up
 */
export async function importFile(store: Store, file: string, options: ImportFileOptions): Promise<FileReport> {
  const content = sniffContent(file, headOf(file));
  await checkWhole(file);
  const size = statSync(file).size;
  const progress = startProgress(basename(file), size);
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    const { columns, batches } = await readers[content](counted());
    if (columns.length === 0) return { file, format: "empty", ...emptyReport() };
    const found = formatOf(columns, options.format);
    const rows = found.foreign ? foreignRows(batches, found.foreign, await ownerIdOf(store, options)) : batches;
    const report = await importRows(
      found.kind,
      { store, batches: rows },
      {
        nowMs: options.nowMs,
        batchRows: options.isServed ? batchRowsShared : batchRowsAlone,
        isDryRun: options.isDryRun,
        ownHosts: found.foreign ? options.ownHosts : null,
        notesOddities: true,
        reportRowsMost,
        onProgress: (count) => progress.update(bytes, `${count} rows`),
      },
    );
    progress.update(size, `${report.count + report.refused} rows`);
    return { file, format: found.shape, ...report };
  } finally {
    progress.stop();
  }
}

function headOf(file: string): Uint8Array {
  const head = new Uint8Array(sniffBytes);
  const descriptor = openSync(file, "r");
  try {
    return head.subarray(0, readSync(descriptor, head));
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a file once for its encoding alone, so that a wrong one is told before the first row is written. */
async function checkWhole(file: string): Promise<void> {
  for await (const slice of byteSlices(createReadStream(file) as AsyncIterable<Buffer>)) void slice;
}

function formatOf(columns: readonly string[], asked: string | null): DetectedFormat {
  const found = detectFormat(columns, asked);
  if (found) return found;
  const wanted = Object.entries(neededColumns).map(([kind, needed]) => `${kind}: ${needed.join(", ")}`);
  const seen = JSON.stringify(columns.join(", ").slice(0, 200));
  throw new Failure(
    "csv_invalid",
    `the columns ${seen} are of no ${asked ? `${asked} export` : "known format"}. Ours are ${wanted.join(" · ")}; the others are ${formatNames.slice(1).join(", ")}`,
  );
}

/** The id of the user who gets foreign links; made when missing, with an address that no mail reaches (RFC 2606). */
async function ownerIdOf(store: Store, { owner, isDryRun, nowMs }: ImportFileOptions): Promise<number> {
  const { items } = await store.users.list({ username: owner }, { limit: 1, offset: 0 });
  if (items[0]) return items[0].id;
  if (isDryRun) return 1;
  const made = await store.users.create({ username: owner, email: `${owner.toLowerCase().replace(/[^a-z0-9._-]+/g, "-")}@imported.invalid` }, nowMs);
  if (made.outcome !== "created") throw new Failure(made.outcome, `the owner ${owner} cannot be made: choose another with --owner`);
  return made.user.id;
}
