import type { StoredEvent } from "../store.ts";

export interface EventRow {
  id: number;
  url_id: number | null;
  user_id: number | null;
  event_type: string;
  at: number;
  details: string;
}

export interface ClickEventRow {
  id: number;
  link_id: number;
  at: number;
  is_bot: number;
  client_address: string | null;
  referrer: string | null;
  user_agent: string | null;
  user_id: number | null;
  short_code: string | null;
  original_url: string | null;
}

/** A click with its link as it was: the destination is the one of the version the click went to. */
export const clickEventSelect = `SELECT clicks.id, clicks.link_id, clicks.at, clicks.is_bot, clicks.client_address, clicks.referrer, clicks.user_agent,
  links.user_id, links.short_code,
  CASE WHEN links.destination_version = clicks.destination_version THEN links.original_url
    ELSE (SELECT original_url FROM link_destinations WHERE link_id = clicks.link_id AND version = clicks.destination_version) END AS original_url
  FROM clicks LEFT JOIN links ON links.id = clicks.link_id`;

export function eventOf(row: EventRow): StoredEvent {
  return {
    id: row.id,
    urlId: row.url_id,
    userId: row.user_id,
    type: row.event_type,
    atMs: row.at,
    details: JSON.parse(row.details) as Record<string, unknown>,
  };
}

/** A click reads as an event of its link's owner. */
export function eventOfClick(row: ClickEventRow): StoredEvent {
  const details = {
    short_code: row.short_code,
    original_url: row.original_url,
    referrer: row.referrer,
    user_agent: row.user_agent,
    client_address: row.client_address,
    is_bot: row.is_bot === 1,
  };
  return { id: row.id, urlId: row.link_id, userId: row.user_id, type: "click", atMs: row.at, details };
}
