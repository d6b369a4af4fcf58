import type { Link } from "../store.ts";

export interface LinkRow {
  id: number;
  user_id: number;
  short_code: string;
  original_url: string;
  normalized_url: string | null;
  destination_version: number;
  title: string | null;
  is_active: number;
  expires_at: number | null;
  max_clicks: number | null;
  earlier_clicks: number;
  rolled_clicks: number | null;
  tags: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** What is selected from `links` to make a `LinkRow`. */
export const linkColumns =
  "id, user_id, short_code, original_url, normalized_url, destination_version, title, is_active, expires_at, max_clicks, earlier_clicks, " +
  "(SELECT clicks FROM click_totals WHERE link_id = links.id) AS rolled_clicks, tags, created_at, updated_at, deleted_at";

/** A link from its row and the clicks that are committed but not rolled up. */
export function linkOf(row: LinkRow, pendingClicks: number): Link {
  return {
    id: row.id,
    userId: row.user_id,
    shortCode: row.short_code,
    originalUrl: row.original_url,
    title: row.title,
    isActive: row.is_active === 1,
    expiresAtMs: row.expires_at,
    maxClicks: row.max_clicks,
    clicks: row.earlier_clicks + (row.rolled_clicks ?? 0) + pendingClicks,
    tags: JSON.parse(row.tags) as string[],
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
  };
}

/** The 32-bit hash under which an owner's links to an address are found; the address itself is compared after. */
export function hashOfUrl(normalizedUrl: string): number {
  return Bun.hash.xxHash32(normalizedUrl);
}

/** The normalised address as stored: absent where it equals the original. */
export function storedNormalizedUrl(link: { originalUrl: string; normalizedUrl: string }): string | null {
  return link.normalizedUrl === link.originalUrl ? null : link.normalizedUrl;
}
