import { parseTime } from "./parse-time.ts";
import type { RawRecord } from "./raw-rows.ts";

/** What was changed, or is odd, about a row that was taken. */
export interface Fix {
  field: string;
  note: string;
}

/** Why a row was not taken. */
export interface Refusal {
  field: string;
  reason: string;
}

/** A row as understood; `absent` names what the file says nothing about, where the row holds a default. */
export type ParsedRow<Row> = { outcome: "ok"; row: Row; fixes: Fix[]; absent: (keyof Row)[] } | { outcome: "refused"; refusals: Refusal[] };

const flags: Readonly<Record<string, boolean>> = { true: true, "1": true, t: true, yes: true, false: false, "0": false, f: false, no: false };

/** Reads the fields of one record and gathers what is wrong with them. */
export class RowReader {
  readonly fixes: Fix[] = [];
  readonly refusals: Refusal[] = [];
  readonly #record: RawRecord;

  constructor(record: RawRecord) {
    this.#record = record;
  }

  /** Whether the file says nothing about a field: no such column, or a record that ends before it. */
  lacks(field: string): boolean {
    return this.#record[field] === undefined;
  }

  refuse(field: string, reason: string): void {
    this.refusals.push({ field, reason });
  }

  fix(field: string, note: string): void {
    this.fixes.push({ field, note });
  }

  raw(field: string): unknown {
    return this.#record[field];
  }

  /** A text, or null when absent, null or empty. */
  text(field: string): string | null {
    const value = this.#record[field];
    if (typeof value === "string" && value.includes("\0")) {
      if (!this.refusals.some((refusal) => refusal.field === field)) this.refuse(field, "contains a NUL character");
      return null;
    }
    if (typeof value === "string") return value === "" ? null : value;
    if (value === undefined || value === null) return null;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    this.refuse(field, "must be a text");
    return null;
  }

  /** A text that must be there; refused and "" otherwise. */
  required(field: string, lengthMost: number): string {
    const text = this.text(field);
    if (text === null || text.trim() === "") {
      if (!this.refusals.some((refusal) => refusal.field === field)) this.refuse(field, "is missing");
      return "";
    }
    if (text.length > lengthMost) this.refuse(field, `has more than ${lengthMost} characters`);
    return text;
  }

  /** A whole number of at least `least`, or null when absent or empty. `5.0`, as spreadsheets write it, is 5. */
  whole(field: string, least: number): number | null {
    const text = this.text(field)?.trim() ?? "";
    if (text === "") return null;
    const value = Number(text);
    if (!/^\d+(\.0+)?$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      this.refuse(field, `${quoted(text)} is not a whole number${least > 0 ? ` from ${least}` : ""}`);
      return null;
    }
    if (text.includes(".")) this.fix(field, `${quoted(text)} read as ${value}`);
    return value;
  }

  /** Epoch milliseconds, or null when absent or empty. */
  time(field: string): number | null {
    const text = this.text(field)?.trim() ?? "";
    if (text === "") return null;
    const atMs = parseTime(text);
    if (atMs === null) this.refuse(field, `${quoted(text)} is not a time such as 2025-10-26 06:56:00`);
    return atMs;
  }

  flag(field: string, fallback: boolean): boolean {
    const text = this.text(field)?.trim().toLowerCase() ?? "";
    if (text === "") return fallback;
    const value = Object.hasOwn(flags, text) ? flags[text] : undefined;
    if (value === undefined) this.refuse(field, `${quoted(text)} is neither true nor false`);
    return value ?? fallback;
  }

  /** JSON in a text (CSV) or as it is (JSON); undefined when absent or empty, or refused. */
  json(field: string): unknown {
    const value = this.#record[field];
    if (typeof value !== "string") return value ?? undefined;
    if (value.trim() === "") return undefined;
    try {
      return JSON.parse(value);
    } catch {
      this.refuse(field, "is no JSON");
      return undefined;
    }
  }

  result<Row>(row: Row, absent: (keyof Row)[]): ParsedRow<Row> {
    return this.refusals.length > 0 ? { outcome: "refused", refusals: this.refusals } : { outcome: "ok", row, fixes: this.fixes, absent };
  }
}

/** Longest part of a wrong value that a report repeats, in characters. */
const shownLengthMost = 60;

/** A value as reports show it: cut, and in JSON's quotes so that control characters stay visible. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > shownLengthMost ? `${text.slice(0, shownLengthMost)}…` : text);
}
