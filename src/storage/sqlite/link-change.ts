import type { Link, LinkChanges } from "../store.ts";
import { hashOfUrl, linkOf, type LinkRow, storedNormalizedUrl } from "./link-row.ts";
import type { LinkStoreParts } from "./links.ts";

/** Fields a change may touch, as clients and events name them. */
const fields = [
  ["title", "title"],
  ["is_active", "isActive"],
  ["original_url", "originalUrl"],
  ["expires_at", "expiresAtMs"],
  ["max_clicks", "maxClicks"],
  ["tags", "tags"],
] as const;

type ChangedFields = Record<string, { old: unknown; new: unknown }>;

/** What differs between a link and what is asked of it. Times appear as RFC 3339, as everywhere in events. */
function changedFields(before: Link, after: Link): ChangedFields {
  const shown = (field: string, value: unknown): unknown => (field === "expires_at" && typeof value === "number" ? new Date(value).toISOString() : value);
  const changed: ChangedFields = {};
  for (const [name, key] of fields) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) changed[name] = { old: shown(name, before[key]), new: shown(name, after[key]) };
  }
  return changed;
}

/** A change within a transaction: row, tags, words, superseded destination, event. False when nothing differs. */
export function prepareLinkChange({
  writer: { database },
  events,
  clicks,
  words,
  tagIndex,
}: LinkStoreParts): (row: LinkRow, changes: LinkChanges, nowMs: number) => boolean {
  const change = database.prepare(
    `UPDATE links SET original_url = ?, normalized_url = ?, url_hash = ?, destination_version = ?, title = ?, is_active = ?, expires_at = ?,
     max_clicks = ?, uses = ?, tags = ?, updated_at = ? WHERE id = ?`,
  );
  const usesOf = database.prepare<{ uses: number }, [number]>("SELECT uses FROM links WHERE id = ?");
  const supersede = database.prepare<void, [number, number, string]>("INSERT INTO link_destinations (link_id, version, original_url) VALUES (?, ?, ?)");

  return (row, changes, nowMs) => {
    const before = linkOf(row, clicks.pendingOf(row.id));
    const after: Link = { ...before, ...changes };
    const changed = changedFields(before, after);
    if (Object.keys(changed).length === 0) return false;
    const isMoved = after.originalUrl !== before.originalUrl;
    const normalizedUrl = isMoved ? (changes.normalizedUrl ?? after.originalUrl) : (row.normalized_url ?? row.original_url);
    if (isMoved) supersede.run(row.id, row.destination_version, row.original_url);
    // An unlimited link counts no uses; it begins with the clicks it has had.
    const uses = before.maxClicks === null ? before.clicks : (usesOf.get(row.id) as { uses: number }).uses;
    change.run(
      after.originalUrl,
      storedNormalizedUrl({ originalUrl: after.originalUrl, normalizedUrl }),
      hashOfUrl(normalizedUrl),
      row.destination_version + (isMoved ? 1 : 0),
      after.title,
      after.isActive ? 1 : 0,
      after.expiresAtMs,
      after.maxClicks,
      uses,
      JSON.stringify(after.tags),
      Math.max(nowMs, row.updated_at + 1),
      row.id,
    );
    if (changed["tags"]) tagIndex.replace(row.id, before.tags, after.tags);
    if (changed["title"] || isMoved) words.refresh(row.id, { shortCode: row.short_code, title: after.title, originalUrl: after.originalUrl });
    events.append({ urlId: row.id, userId: row.user_id, type: "updated", atMs: nowMs, details: { short_code: row.short_code, changes: changed } });
    return true;
  };
}
