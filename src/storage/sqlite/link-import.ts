import type { ImportedLink, ImportOutcome } from "../store.ts";
import { hashOfUrl, linkColumns, type LinkRow, storedNormalizedUrl } from "./link-row.ts";
import type { LinkStoreParts } from "./links.ts";

/** One row of an import within a transaction. A known link is recognised by its code, which never changes. */
export function prepareLinkImport({ writer: { database }, words, tagIndex }: LinkStoreParts): (row: ImportedLink) => ImportOutcome {
  const owner = database.prepare<{ id: number }, [number]>("SELECT id FROM users WHERE id = ?");
  const byCode = database.prepare<LinkRow, [string]>(`SELECT ${linkColumns} FROM links WHERE short_code = ?`);
  const byId = database.prepare<{ short_code: string }, [number]>("SELECT short_code FROM links WHERE id = ?");
  const insert = database.prepare<void, (string | number | null)[]>(
    `INSERT INTO links (user_id, original_url, normalized_url, url_hash, title, is_active, expires_at, max_clicks, uses, earlier_clicks, tags, created_at, updated_at, deleted_at, short_code, id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const change = database.prepare<void, (string | number | null)[]>(
    `UPDATE links SET user_id = ?, original_url = ?, normalized_url = ?, url_hash = ?, title = ?, is_active = ?, expires_at = ?, max_clicks = ?, uses = max(uses, ?),
     earlier_clicks = ?, tags = ?, created_at = ?, updated_at = ?, deleted_at = ? WHERE id = ?`,
  );
  const supersede = database.prepare<void, [number, number, string]>(
    "INSERT OR IGNORE INTO link_destinations (link_id, version, original_url) VALUES (?, ?, ?)",
  );
  const move = database.prepare<void, [number]>("UPDATE links SET destination_version = destination_version + 1 WHERE id = ?");

  const update = (known: LinkRow, row: ImportedLink): ImportOutcome => {
    if (known.deleted_at !== null && row.deletedAtMs === null)
      return { outcome: "refused", field: "short_code", reason: "this code is retired: its link was deleted here" };
    if (row.id !== undefined && row.id !== known.id) return { outcome: "refused", field: "short_code", reason: `this code belongs to link ${known.id}` };
    if (isSame(known, row)) return { outcome: "unchanged", id: known.id };
    if (known.original_url !== row.originalUrl) {
      supersede.run(known.id, known.destination_version, known.original_url);
      move.run(known.id);
    }
    change.run(...columnsOf(row), known.id);
    tagIndex.replace(known.id, JSON.parse(known.tags) as string[], row.deletedAtMs === null ? row.tags : []);
    if (row.deletedAtMs === null) words.refresh(known.id, row);
    else words.remove(known.id);
    return { outcome: "updated", id: known.id };
  };

  return (row) => {
    if (!owner.get(row.userId)) return { outcome: "refused", field: "user_id", reason: "no such user" };
    const known = byCode.get(row.shortCode);
    if (known) return update(known, row);
    if (row.id !== undefined && byId.get(row.id)) return { outcome: "refused", field: "id", reason: "this id belongs to a link with another code" };
    const id = Number(insert.run(...columnsOf(row), row.shortCode, row.id ?? null).lastInsertRowid);
    tagIndex.replace(id, [], row.deletedAtMs === null ? row.tags : []);
    words.added(id);
    return { outcome: "created", id };
  };
}

/** The imported columns in the order of both statements. */
function columnsOf(row: ImportedLink): (string | number | null)[] {
  return [
    row.userId,
    row.originalUrl,
    storedNormalizedUrl(row),
    hashOfUrl(row.normalizedUrl),
    row.title,
    row.isActive ? 1 : 0,
    row.expiresAtMs,
    row.maxClicks,
    row.earlierClicks,
    row.earlierClicks,
    JSON.stringify(row.tags),
    row.createdAtMs,
    row.updatedAtMs,
    row.deletedAtMs,
  ];
}

function isSame(known: LinkRow, row: ImportedLink): boolean {
  const stored = [
    known.user_id,
    known.original_url,
    known.title,
    known.is_active,
    known.expires_at,
    known.max_clicks,
    known.earlier_clicks,
    known.tags,
    known.created_at,
    known.updated_at,
    known.deleted_at,
  ];
  const given = [
    row.userId,
    row.originalUrl,
    row.title,
    row.isActive ? 1 : 0,
    row.expiresAtMs,
    row.maxClicks,
    row.earlierClicks,
    JSON.stringify(row.tags),
    row.createdAtMs,
    row.updatedAtMs,
    row.deletedAtMs,
  ];
  return stored.every((value, index) => value === given[index]);
}
