import { setImmediate as nextTurn } from "node:timers/promises";
import { Failure } from "../../errors.ts";
import type { Store } from "../../storage/store.ts";
import type { OwnHosts } from "../destination.ts";
import { addFixes, addRefusals, countAccepted, emptyReport, type ImportReport, reportRowsMost } from "./import-report.ts";
import type { RawRow } from "./raw-rows.ts";
import { type RowKind, rowKinds, type ImportKind } from "./row-kinds.ts";
import type { Fix, ParsedRow } from "./row-reader.ts";

/** Rows per transaction beside or within a service: a few milliseconds, so that redirects hardly wait. */
export const batchRowsShared = 250;
/** Rows per transaction when nobody else writes: index pages that many rows share are written once. */
export const batchRowsAlone = 5_000;
/** How long a batch waits, in all, for a store that is locked by another process, in milliseconds. */
export const busyWaitMostMs = 10_000;
const busyPauseFirstMs = 20;
const busyPauseMostMs = 500;

export interface ImportOptions {
  /** Stands in for times the file does not have. */
  nowMs: number;
  /** Pauses before a batch is tried again; the clock's, unless given. */
  sleep?(milliseconds: number): Promise<unknown>;
  /** Hosts of our own short links, which are refused as destinations; null or absent accepts all. */
  ownHosts?: OwnHosts | null;
  /** Rows per transaction; `batchRowsShared` unless given. */
  batchRows?: number;
  /** Called after every batch with the rows read so far. */
  onProgress?(rows: number): void;
  /** Most faults and fixes listed in the report; `reportRowsMost` unless given. */
  reportRowsMost?: number;
  /** Reads and checks everything and writes nothing. */
  isDryRun?: boolean;
  /** Looks for oddities that need questions to the store. */
  notesOddities?: boolean;
}

interface Accepted<Row> {
  number: number;
  row: Row;
  fixes: Fix[];
  absent: (keyof Row)[];
}

/** Imports users, batch by batch. @throws Failure store_* with the batches before it committed */
export function importUsers(store: Store, batches: AsyncIterable<RawRow[]>, options: ImportOptions): Promise<ImportReport> {
  return importRows("users", { store, batches }, options);
}

/** Imports links and tombstones, batch by batch. @throws Failure store_* with the batches before it committed */
export function importLinks(store: Store, batches: AsyncIterable<RawRow[]>, options: ImportOptions): Promise<ImportReport> {
  return importRows("urls", { store, batches }, options);
}

/** Imports events, batch by batch. @throws Failure store_* with the batches before it committed */
export function importEvents(store: Store, batches: AsyncIterable<RawRow[]>, options: ImportOptions): Promise<ImportReport> {
  return importRows("events", { store, batches }, options);
}

/**
 * Imports rows of one kind. A row that cannot be understood is refused and never stops the import; the same rows again change nothing.
 *
 * @throws Failure store_* when the store gives up, with the batches before it committed
 */
export async function importRows(name: ImportKind, from: { store: Store; batches: AsyncIterable<RawRow[]> }, options: ImportOptions): Promise<ImportReport> {
  const kind = rowKinds[name]() as RowKind<unknown>;
  const report = emptyReport();
  let rows = 0;
  for await (const batch of inBatches(from.batches, options.batchRows ?? batchRowsShared)) {
    await importBatch({ kind, store: from.store, report, options }, batch);
    rows += batch.length;
    options.onProgress?.(rows);
    await nextTurn();
  }
  return report;
}

/** The same rows, `size` at a time whatever the size they come in. */
async function* inBatches(batches: AsyncIterable<RawRow[]>, size: number): AsyncGenerator<RawRow[]> {
  let waiting: RawRow[] = [];
  for await (const batch of batches) {
    waiting = waiting.length === 0 ? batch : [...waiting, ...batch];
    let start = 0;
    for (; waiting.length - start >= size; start += size) yield waiting.slice(start, start + size);
    waiting = waiting.slice(start);
  }
  if (waiting.length > 0) yield waiting;
}

interface Importing {
  kind: RowKind<unknown>;
  store: Store;
  report: ImportReport;
  options: ImportOptions;
}

async function importBatch({ kind, store, report, options }: Importing, batch: RawRow[]): Promise<void> {
  const rowsMost = options.reportRowsMost ?? reportRowsMost;
  const accepted = understood(batch, { kind, report, options });
  if (accepted.length === 0) return;
  if (options.isDryRun) {
    for (const { number, fixes } of accepted) {
      report.count++;
      report.imported++;
      addFixes(report, number, { fixes, rowsMost });
    }
    return;
  }
  await patiently(options, () => kind.complete(store, accepted));
  if (options.notesOddities) await kind.noteOddities(store, accepted);
  const rows = accepted.map(({ row }) => row);
  const outcomes = await patiently(options, () => kind.write(store, rows));
  accepted.forEach(({ number, fixes }, position) => {
    const outcome = outcomes[position];
    if (outcome === undefined) throw new Error("the store has answered for fewer rows than it was given");
    if (outcome.outcome === "refused") {
      addRefusals(report, number, { refusals: [{ field: outcome.field, reason: outcome.reason }], rowsMost });
      return;
    }
    countAccepted(report, outcome.outcome);
    addFixes(report, number, { fixes, rowsMost });
  });
}

/** The rows of a batch that can be understood; the others are refused in the report. */
function understood(batch: RawRow[], { kind, report, options }: Omit<Importing, "store">): Accepted<unknown>[] {
  const rowsMost = options.reportRowsMost ?? reportRowsMost;
  const context = { nowMs: options.nowMs, ownHosts: options.ownHosts ?? null };
  const accepted: Accepted<unknown>[] = [];
  for (const raw of batch) {
    const parsed: ParsedRow<unknown> = "record" in raw ? kind.parse(raw.record, context) : { outcome: "refused", refusals: [{ field: "", reason: raw.fault }] };
    if (parsed.outcome === "ok" && "record" in raw) for (const note of raw.notes ?? []) parsed.fixes.push({ field: "", note });
    if (parsed.outcome === "refused") addRefusals(report, raw.row, { refusals: parsed.refusals, rowsMost });
    else accepted.push({ number: raw.row, row: parsed.row, fixes: parsed.fixes, absent: parsed.absent });
  }
  return accepted;
}

/** Tries again while the store is locked by another process, up to `busyWaitMostMs` of pauses. */
async function patiently<T>(options: ImportOptions, work: () => Promise<T>): Promise<T> {
  let waitedMs = 0;
  for (let pauseMs = busyPauseFirstMs; ; pauseMs = Math.min(pauseMs * 2, busyPauseMostMs)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "store_busy" || waitedMs + pauseMs > busyWaitMostMs) throw error;
    }
    await (options.sleep?.(pauseMs) ?? Bun.sleep(pauseMs));
    waitedMs += pauseMs;
  }
}
