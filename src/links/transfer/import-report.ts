import type { Fix, Refusal } from "./row-reader.ts";

/** Problems and fixes a report lists when nothing else is asked for; the counts go on beyond. */
export const reportRowsMost = 1_000;

/** What became of a file's rows. `row` is 1 for the first record after the header, blank lines not counted. */
export interface ImportReport {
  /** Rows accepted: created, updated and unchanged. */
  count: number;
  imported: number;
  created: number;
  updated: number;
  /** Rows that were there already, with the same content. */
  skipped: number;
  /** Rows refused; a row may have several faults. */
  refused: number;
  errors: ({ row: number } & Refusal)[];
  errorCount: number;
  fixed: ({ row: number } & Fix)[];
  fixedCount: number;
}

/** A report of nothing yet. */
export function emptyReport(): ImportReport {
  return { count: 0, imported: 0, created: 0, updated: 0, skipped: 0, refused: 0, errors: [], errorCount: 0, fixed: [], fixedCount: 0 };
}

/** Counts a row that was taken. */
export function countAccepted(report: ImportReport, outcome: "created" | "updated" | "unchanged"): void {
  report.count++;
  report.imported++;
  report[outcome === "unchanged" ? "skipped" : outcome]++;
}

/** Counts a refused row and lists its faults while there is room. */
export function addRefusals(report: ImportReport, row: number, { refusals, rowsMost }: { refusals: readonly Refusal[]; rowsMost: number }): void {
  report.refused++;
  report.errorCount += refusals.length;
  for (const refusal of refusals) if (report.errors.length < rowsMost) report.errors.push({ row, ...refusal });
}

/** Lists what was fixed or odd about a row that was taken, while there is room. */
export function addFixes(report: ImportReport, row: number, { fixes, rowsMost }: { fixes: readonly Fix[]; rowsMost: number }): void {
  report.fixedCount += fixes.length;
  for (const fix of fixes) if (report.fixed.length < rowsMost) report.fixed.push({ row, ...fix });
}
