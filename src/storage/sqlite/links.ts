import type { ExportedLink, Link, LinkStore, RedirectTarget } from "../store.ts";
import type { ClickLog } from "./click-log.ts";
import type { EventLog } from "./event-log.ts";
import { prepareLinkChange } from "./link-change.ts";
import { prepareLinkCreate } from "./link-create.ts";
import { prepareLinkImport } from "./link-import.ts";
import { linkColumns, linkOf, type LinkRow } from "./link-row.ts";
import type { Reader } from "./reader.ts";
import type { TagIndex } from "./tag-index.ts";
import type { WordIndex } from "./word-index.ts";
import type { Writer } from "./writer.ts";

/** What the link store stands on. */
export interface LinkStoreParts {
  writer: Writer;
  reader: Reader;
  events: EventLog;
  clicks: ClickLog;
  words: WordIndex;
  tagIndex: TagIndex;
}

interface TargetRow {
  id: number;
  short_code: string;
  original_url: string;
  destination_version: number;
  is_active: number;
  expires_at: number | null;
  is_limited: number;
}

/** Links and their tombstones. */
export function createLinkStore(parts: LinkStoreParts): LinkStore {
  const { writer, reader, events, clicks, words, tagIndex } = parts;
  const { database } = writer;
  const target = database.prepare<TargetRow, [string]>(
    "SELECT id, short_code, original_url, destination_version, is_active, expires_at, max_clicks IS NOT NULL AS is_limited FROM links WHERE short_code = ? AND deleted_at IS NULL",
  );
  const byId = database.prepare<LinkRow, [number]>(`SELECT ${linkColumns} FROM links WHERE id = ? AND deleted_at IS NULL`);
  const rolledUp = database.prepare<{ clicks: number }, [number]>("SELECT clicks FROM click_totals WHERE link_id = ?");
  const retire = database.prepare("UPDATE links SET deleted_at = ? WHERE id = ?");
  const exported = database.prepare<LinkRow, [number, number]>(`SELECT ${linkColumns} FROM links WHERE id > ? ORDER BY id LIMIT ?`);
  const createRow = prepareLinkCreate(parts);
  const changeRow = prepareLinkChange(parts);
  const importRow = prepareLinkImport(parts);

  /** A row with the clicks that are not rolled up yet. */
  const whole = (row: LinkRow): Link => linkOf(row, clicks.pendingOf(row.id));

  return {
    find: async (shortCode) => {
      const row = writer.read("links.find", () => target.get(shortCode));
      return row && targetOf(row);
    },
    get: async (id) => {
      const row = writer.read("links.get", () => byId.get(id));
      return row && whole(row);
    },
    list: async (filter, page) => {
      if (filter.words !== undefined) await words.catchUp();
      const found = await reader.ask("links.list", { filter, page });
      // A roll-up may have moved clicks since the reader looked: both parts of a count are taken at one moment.
      const counted = (row: LinkRow): Link => whole({ ...row, rolled_clicks: rolledUp.get(row.id)?.clicks ?? 0 });
      return { ...found, items: writer.read("links.count", () => found.items.map(counted)) };
    },
    create: (link, nowMs) => writer.write("links.create", () => createRow(link, nowMs)),
    update: (id, changes, nowMs) =>
      writer.write("links.update", () => {
        const before = byId.get(id);
        if (!before) return { outcome: "not_found" as const };
        const isChanged = changeRow(before, changes, nowMs);
        return { outcome: isChanged ? ("updated" as const) : ("unchanged" as const), link: whole(isChanged ? (byId.get(id) as LinkRow) : before) };
      }),
    delete: (id, nowMs) =>
      writer.write("links.delete", () => {
        const row = byId.get(id);
        if (!row) return null;
        retire.run(nowMs, id);
        words.remove(id);
        tagIndex.replace(id, JSON.parse(row.tags) as string[], []);
        events.append({
          urlId: id,
          userId: row.user_id,
          type: "deleted",
          atMs: nowMs,
          details: { short_code: row.short_code, original_url: row.original_url },
        });
        return row.short_code;
      }),
    importBatch: (rows) => writer.write("links.import", () => rows.map(importRow)),
    exportBatch: async (afterId, limit) => writer.read("links.export", () => exported.all(afterId, limit).map(exportedOf)),
  };
}

function targetOf(row: TargetRow): RedirectTarget {
  return {
    id: row.id,
    shortCode: row.short_code,
    originalUrl: row.original_url,
    destinationVersion: row.destination_version,
    isActive: row.is_active === 1,
    expiresAtMs: row.expires_at,
    isLimited: row.is_limited === 1,
  };
}

function exportedOf(row: LinkRow): ExportedLink {
  const { clicks: _, ...link } = linkOf(row, 0);
  return { ...link, normalizedUrl: row.normalized_url ?? row.original_url, earlierClicks: row.earlier_clicks, deletedAtMs: row.deleted_at };
}
