import type { ImportedEvent, ImportedLink, ImportedUser } from "../../storage/store.ts";
import { isReservedCode } from "../codes.ts";
import { type OwnHosts, parseDestination } from "../destination.ts";
import type { RawRecord } from "./raw-rows.ts";
import { type ParsedRow, quoted, RowReader } from "./row-reader.ts";

/** Limits of imported rows, in characters; wider than the API's where older services allowed more. */
const usernameLengthMost = 255;
const emailLengthMost = 320;
const titleLengthMost = 255;
const tagLengthMost = 50;
const tagsMost = 20;
/** Deepest nesting of `details`; SQLite reads no JSON deeper than 1 000. */
const detailsDepthMost = 32;

/** What rows are read against. */
export interface RowContext {
  /** Stands in for times the file does not have. */
  nowMs: number;
  /** Hosts of our own short links, which are refused as destinations; null accepts all. */
  ownHosts: OwnHosts | null;
}

/** Reads a row of users.csv: `id, username, email, created_at[, deleted_at]`. */
export function parseUserRow(record: RawRecord, context: RowContext): ParsedRow<ImportedUser> {
  const reader = new RowReader(record);
  const id = reader.whole("id", 1);
  const createdAtMs = reader.time("created_at");
  const deletedAtMs = reader.time("deleted_at");
  const isTombstone = deletedAtMs !== null;
  const username = isTombstone ? (reader.text("username") ?? "") : reader.required("username", usernameLengthMost);
  const email = isTombstone ? (reader.text("email") ?? "") : reader.required("email", emailLengthMost);
  if (!isTombstone && email !== "" && !/^[^\s@]+@[^\s@]+$/.test(email)) reader.refuse("email", `${quoted(email)} is not an email address`);
  const row: ImportedUser = { ...(id === null ? {} : { id }), username, email, createdAtMs: createdAtMs ?? context.nowMs, deletedAtMs };
  return reader.result(row, [...(createdAtMs === null ? (["createdAtMs"] as const) : []), ...(reader.lacks("deleted_at") ? (["deletedAtMs"] as const) : [])]);
}

const optionalLinkColumns = [
  ["title", "title"],
  ["is_active", "isActive"],
  ["expires_at", "expiresAtMs"],
  ["max_clicks", "maxClicks"],
  ["tags", "tags"],
  ["earlier_clicks", "earlierClicks"],
  ["deleted_at", "deletedAtMs"],
] as const satisfies readonly (readonly [string, keyof ImportedLink])[];

/**
 * Reads a row of urls.csv: `id, user_id, short_code, original_url, title, is_active, created_at, updated_at`
 * and, of our own exports, `expires_at, max_clicks, tags, earlier_clicks, deleted_at`.
 */
export function parseLinkRow(record: RawRecord, context: RowContext): ParsedRow<ImportedLink> {
  const reader = new RowReader(record);
  const id = reader.whole("id", 1);
  const createdAtMs = reader.time("created_at");
  const updatedAtMs = reader.time("updated_at");
  const destination = destinationOf(reader, context.ownHosts);
  const row: ImportedLink = {
    ...(id === null ? {} : { id }),
    userId: requiredId(reader, "user_id"),
    shortCode: codeOf(reader),
    originalUrl: destination.url,
    normalizedUrl: destination.normalizedUrl,
    title: titleOf(reader),
    isActive: reader.flag("is_active", true),
    expiresAtMs: reader.time("expires_at"),
    maxClicks: reader.whole("max_clicks", 1),
    tags: tagsOf(reader),
    earlierClicks: reader.whole("earlier_clicks", 0) ?? 0,
    createdAtMs: createdAtMs ?? context.nowMs,
    updatedAtMs: updatedAtMs ?? createdAtMs ?? context.nowMs,
    deletedAtMs: reader.time("deleted_at"),
  };
  const absent: (keyof ImportedLink)[] = [];
  for (const [column, name] of optionalLinkColumns) if (reader.lacks(column)) absent.push(name);
  if (createdAtMs === null) absent.push("createdAtMs");
  if (updatedAtMs === null) absent.push("updatedAtMs");
  return reader.result(row, absent);
}

/** Reads a row of events.csv: `id, url_id, user_id, event_type, timestamp, details`. */
export function parseEventRow(record: RawRecord, context: RowContext): ParsedRow<ImportedEvent> {
  const reader = new RowReader(record);
  const id = reader.whole("id", 1);
  const type = reader.required("event_type", 32);
  if (type !== "" && !/^[a-z][a-z0-9_.-]{0,31}$/.test(type)) reader.refuse("event_type", `${quoted(type)} does not match [a-z][a-z0-9_.-]{0,31}`);
  const atMs = reader.time("timestamp");
  if (atMs === null && reader.refusals.every((refusal) => refusal.field !== "timestamp")) reader.refuse("timestamp", "is missing");
  const row: ImportedEvent = {
    ...(id === null ? {} : { id }),
    urlId: reader.whole("url_id", 1),
    userId: reader.whole("user_id", 1),
    type,
    atMs: atMs ?? context.nowMs,
    details: detailsOf(reader),
  };
  return reader.result(row, []);
}

function requiredId(reader: RowReader, field: string): number {
  const value = reader.whole(field, 1);
  if (value === null && reader.refusals.every((refusal) => refusal.field !== field)) reader.refuse(field, "is missing");
  return value ?? 0;
}

/** Imported codes may be shorter than custom ones: other services count from 1. */
const importedCode = /^[0-9A-Za-z_-]{1,64}$/;

function codeOf(reader: RowReader): string {
  const text = reader.required("short_code", 1_000);
  const code = text.trim();
  if (text === "") return "";
  if (!importedCode.test(code)) reader.refuse("short_code", `${quoted(text)} is not 1 to 64 of 0-9, A-Z, a-z, _ and -`);
  else if (isReservedCode(code)) reader.refuse("short_code", `${quoted(code)} is a path of this service`);
  if (code !== text) reader.fix("short_code", "white space around it removed");
  return code;
}

function destinationOf(reader: RowReader, ownHosts: OwnHosts | null): { url: string; normalizedUrl: string } {
  const text = reader.required("original_url", 10_000);
  const url = text.trim();
  if (text === "") return { url, normalizedUrl: url };
  const destination = parseDestination(url, ownHosts);
  if (destination.outcome === "refused") {
    reader.refuse("original_url", `${quoted(url)} ${destination.reason}`);
    return { url, normalizedUrl: url };
  }
  if (url !== text) reader.fix("original_url", "white space around it removed");
  return destination;
}

function titleOf(reader: RowReader): string | null {
  const title = reader.text("title");
  if (title === null || title.length <= titleLengthMost) return title;
  const characters = Array.from(title);
  if (characters.length <= titleLengthMost) return title;
  reader.fix("title", `cut to ${titleLengthMost} characters`);
  return characters.slice(0, titleLengthMost).join("");
}

/** Tags as a JSON array, or as a text with commas. */
function tagsOf(reader: RowReader): string[] {
  const value = reader.raw("tags");
  if (value === undefined || value === "" || value === null) return [];
  const found = typeof value === "string" && !value.startsWith("[") ? value.split(",").map((tag) => tag.trim()) : reader.json("tags");
  if (found === undefined) return [];
  if (!Array.isArray(found) || found.some((tag) => typeof tag !== "string")) {
    reader.refuse("tags", "must be a list of texts");
    return [];
  }
  const kept = [...new Set(found as string[])].filter((tag) => tag !== "");
  const fitting = kept.filter((tag) => Array.from(tag).length <= tagLengthMost).slice(0, tagsMost);
  if (fitting.length < kept.length)
    reader.fix("tags", `kept ${fitting.length} of ${kept.length}: at most ${tagsMost}, each of at most ${tagLengthMost} characters`);
  return fitting;
}

function detailsOf(reader: RowReader): Record<string, unknown> {
  const value = reader.json("details");
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) reader.refuse("details", "must be a JSON object");
  else if (isDeeper(value, detailsDepthMost)) reader.refuse("details", `nests deeper than ${detailsDepthMost}`);
  return value as Record<string, unknown>;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
