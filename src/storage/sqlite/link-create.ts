import type { CreateLinkResult, Link, NewLink } from "../store.ts";
import { hashOfUrl, linkColumns, linkOf, type LinkRow, storedNormalizedUrl } from "./link-row.ts";
import type { LinkStoreParts } from "./links.ts";

/** Creation within a transaction: owner, duplicate, code, row, tags, event. */
export function prepareLinkCreate({ writer: { database }, events, clicks, tagIndex }: LinkStoreParts): (link: NewLink, nowMs: number) => CreateLinkResult {
  const owner = database.prepare<{ id: number }, [number]>("SELECT id FROM users WHERE id = ? AND deleted_at IS NULL");
  const twin = database.prepare<LinkRow, [number, number, string]>(
    `SELECT ${linkColumns} FROM links WHERE user_id = ? AND url_hash = ? AND coalesce(normalized_url, original_url) = ?
     AND deleted_at IS NULL AND is_active = 1 AND expires_at IS NULL AND max_clicks IS NULL ORDER BY id LIMIT 1`,
  );
  const holder = database.prepare<{ deleted_at: number | null }, [string]>("SELECT deleted_at FROM links WHERE short_code = ?");
  const insert = database.prepare<void, [number, string, string, string | null, number, string | null, number | null, number | null, string, number, number]>(
    `INSERT INTO links (user_id, short_code, original_url, normalized_url, url_hash, title, is_active, expires_at, max_clicks, tags, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
  );

  return (link, nowMs) => {
    if (!owner.get(link.userId)) return { outcome: "user_unknown" };
    const urlHash = hashOfUrl(link.normalizedUrl);
    const found = link.dedupe ? twin.get(link.userId, urlHash, link.normalizedUrl) : null;
    if (found) return { outcome: "duplicate", link: linkOf(found, clicks.pendingOf(found.id)) };
    const held = holder.get(link.shortCode);
    if (held) return { outcome: held.deleted_at === null ? "code_taken" : "code_retired" };
    const { userId, shortCode, originalUrl, title, expiresAtMs, maxClicks, tags } = link;
    const { lastInsertRowid } = insert.run(
      userId,
      shortCode,
      originalUrl,
      storedNormalizedUrl(link),
      urlHash,
      title,
      expiresAtMs,
      maxClicks,
      JSON.stringify(tags),
      nowMs,
      nowMs,
    );
    const id = Number(lastInsertRowid);
    tagIndex.replace(id, [], tags);
    events.append({ urlId: id, userId, type: "created", atMs: nowMs, details: { short_code: shortCode, original_url: originalUrl } });
    const created: Link = {
      id,
      userId,
      shortCode,
      originalUrl,
      title,
      isActive: true,
      expiresAtMs,
      maxClicks,
      clicks: 0,
      tags,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    return { outcome: "created", link: created };
  };
}
