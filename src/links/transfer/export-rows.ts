import type { ExportedLink, ExportedUser, Store, StoredEvent } from "../../storage/store.ts";
import type { ImportKind } from "./row-kinds.ts";

export type ExportFormat = "csv" | "ndjson";

/** Rows read from the store at a time. */
const pageRows = 500;

type Value = string | number | boolean | null | readonly string[] | Record<string, unknown>;
type Columns<Row> = readonly (readonly [name: string, value: (row: Row) => Value])[];

const time = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());

const userColumns: Columns<ExportedUser> = [
  ["id", (user) => user.id],
  ["username", (user) => user.username],
  ["email", (user) => user.email],
  ["created_at", (user) => time(user.createdAtMs)],
  ["deleted_at", (user) => time(user.deletedAtMs)],
];

const linkColumns: Columns<ExportedLink> = [
  ["id", (link) => link.id],
  ["user_id", (link) => link.userId],
  ["short_code", (link) => link.shortCode],
  ["original_url", (link) => link.originalUrl],
  ["title", (link) => link.title],
  ["is_active", (link) => link.isActive],
  ["created_at", (link) => time(link.createdAtMs)],
  ["updated_at", (link) => time(link.updatedAtMs)],
  ["expires_at", (link) => time(link.expiresAtMs)],
  ["max_clicks", (link) => link.maxClicks],
  ["tags", (link) => link.tags],
  ["earlier_clicks", (link) => link.earlierClicks],
  ["deleted_at", (link) => time(link.deletedAtMs)],
];

const eventColumns: Columns<StoredEvent> = [
  ["id", (event) => event.id],
  ["url_id", (event) => event.urlId],
  ["user_id", (event) => event.userId],
  ["event_type", (event) => event.type],
  ["timestamp", (event) => time(event.atMs)],
  ["details", (event) => event.details],
];

/**
 * The text of users.csv, urls.csv or events.csv (or .ndjson), in pieces. Deleted links are rows too, so that their
 * codes stay retired; clicks are events. In CSV an empty title and none are the same.
 */
export function exportRows(store: Store, kind: ImportKind, format: ExportFormat): AsyncGenerator<{ text: string; rows: number }> {
  if (kind === "users") return pieces(userColumns, format, (afterId) => store.users.exportBatch(afterId, pageRows));
  if (kind === "urls") return pieces(linkColumns, format, (afterId) => store.links.exportBatch(afterId, pageRows));
  return pieces(eventColumns, format, async (afterId) => (await store.events.list({}, { limit: pageRows, offset: 0, afterId })).items);
}

async function* pieces<Row extends { id: number }>(
  columns: Columns<Row>,
  format: ExportFormat,
  ask: (afterId: number) => Promise<Row[]>,
): AsyncGenerator<{ text: string; rows: number }> {
  if (format === "csv") yield { text: `${columns.map(([name]) => name).join(",")}\n`, rows: 0 };
  const line = format === "csv" ? csvLine : jsonLine;
  for (let rows = await ask(0); rows.length > 0; rows = await ask((rows.at(-1) as Row).id)) {
    yield { text: rows.map((row) => line(columns, row)).join(""), rows: rows.length };
  }
}

function jsonLine<Row>(columns: Columns<Row>, row: Row): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(([name, value]) => [name, value(row)])))}\n`;
}

function csvLine<Row>(columns: Columns<Row>, row: Row): string {
  return `${columns.map(([, value]) => csvField(value(row))).join(",")}\n`;
}

function csvField(value: Value): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : typeof value === "boolean" ? (value ? "True" : "False") : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
