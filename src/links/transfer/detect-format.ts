import { detectForeignFormat, type ForeignFormat, foreignFormats } from "./foreign-formats.ts";
import { type ImportKind, neededColumns } from "./row-kinds.ts";

/** What `--format` accepts beside nothing at all. */
export const formatNames = ["srenity", ...new Set(foreignFormats.map(({ name }) => name))] as const;

/** What the rows of a file are. */
export type DetectedFormat = { shape: string; kind: ImportKind; foreign: null } | { shape: string; kind: "urls"; foreign: ForeignFormat };

/**
 * Tells from its columns what a file's rows are; `asked` narrows the choice to one of `formatNames`.
 *
 * @returns null when no format fits
 */
export function detectFormat(columns: readonly string[], asked: string | null): DetectedFormat | null {
  if (asked === null || asked === "srenity") {
    const kinds = Object.keys(neededColumns) as ImportKind[];
    const kind = kinds.find((name) => neededColumns[name].every((column) => columns.includes(column)));
    if (kind) return { shape: `SREnity ${kind}`, kind, foreign: null };
  }
  if (asked === "srenity") return null;
  const foreign = detectForeignFormat(columns, asked);
  return foreign && { shape: foreign.shape, kind: "urls", foreign };
}
