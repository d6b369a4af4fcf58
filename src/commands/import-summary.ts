import type { FileReport } from "./import-file.ts";

/** Faults and fixes shown per file; the written report has the others. */
const shownMost = 10;

/** The report of an import for people. */
export function describeReport(reports: readonly FileReport[], { isDryRun, reportFile }: { isDryRun: boolean; reportFile: string }): string {
  const parts = reports.map((report) => describeFile(report, isDryRun));
  return `${parts.join("\n")}\n${isDryRun ? "Nothing was written: this was a dry run.\n" : ""}Full report: ${reportFile}\n`;
}

function describeFile(report: FileReport, isDryRun: boolean): string {
  const outcome = isDryRun ? "would be taken" : `taken: ${report.created} new, ${report.updated} changed, ${report.skipped} there already`;
  const lines = [
    `${report.file} (${report.format})`,
    `  ${report.count} rows ${outcome}`,
    ...list(
      "fixed or odd, and kept",
      report.fixedCount,
      report.fixed.map(({ row, field, note }) => ({ row, field, text: note })),
    ),
    ...list(
      "refused",
      report.refused,
      report.errors.map(({ row, field, reason }) => ({ row, field, text: reason })),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function list(title: string, count: number, items: readonly { row: number; field: string; text: string }[]): string[] {
  if (count === 0) return [`  none ${title}`];
  const shown = items.slice(0, shownMost).map(({ row, field, text }) => `    row ${row}: ${field === "" ? "" : `${field} `}${text}`);
  const hidden = Math.max(0, items.length - shown.length);
  return [`  ${count} ${title}`, ...shown, ...(hidden > 0 ? ["    …"] : [])];
}
