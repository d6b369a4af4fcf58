import type { Database } from "bun:sqlite";
import type { LinkFilter, Page, PageRequest } from "../store.ts";
import { linkColumns, type LinkRow } from "./link-row.ts";
import { type ListSource, readPage, type Where, whereOf } from "./page.ts";

/** Words of a search that are looked at. */
const wordsMost = 8;

/** Every word must begin a word of code, title or address; null when a text has no word. */
function matchOf(text: string): string | null {
  const words = text.match(/[\p{L}\p{N}]+/gu)?.slice(0, wordsMost);
  return words ? words.map((word) => `"${word}"*`).join(" ") : null;
}

/**
 * Where links are found for a filter. The most telling filter leads through its index: code, words, tag; an owner's or a
 * title's index by the planner's choice.
 */
export function linkSource(filter: LinkFilter): { source: ListSource; where: Where } | null {
  const where = whereOf(
    ["short_code = ?", filter.shortCode],
    ["user_id = ?", filter.userId],
    ["title = ? COLLATE NOCASE", filter.title],
    // A state alone leads through its index; beside another filter, the plus keeps the planner from starting there.
    [isAlone(filter) ? "is_active = ?" : "+is_active = ?", filter.isActive === undefined ? undefined : Number(filter.isActive)],
  );
  where.conditions.push("deleted_at IS NULL");
  if (filter.tag !== undefined) {
    where.conditions.push("id IN (SELECT link_id FROM link_tags WHERE tag = ?)");
    where.bindings.push(filter.tag);
  }
  if (filter.words !== undefined) {
    const match = matchOf(filter.words);
    if (match === null) return null;
    where.conditions.push("id IN (SELECT rowid FROM link_words WHERE link_words MATCH ?)");
    where.bindings.push(match);
  }
  return { source: { columns: linkColumns, from: "links", idColumn: "id" }, where };
}

function isAlone({ isActive: _, ...others }: LinkFilter): boolean {
  return Object.values(others).every((value) => value === undefined);
}

/** Living links; clicks that are not rolled up yet are added by the caller. */
export function listLinks(database: Database, { filter, page }: { filter: LinkFilter; page: PageRequest }): Page<LinkRow> {
  const found = linkSource(filter);
  if (!found) return { items: [], total: 0, isTotalExact: true };
  return readPage<LinkRow>(database, found.source, found.where, page);
}
