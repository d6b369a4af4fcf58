import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { EventFilter } from "../store.ts";
import { unpackIds } from "./id-list.ts";
import { postingKinds } from "./postings.ts";

interface Chunk {
  first_id: number;
  last_id: number;
  clicks: number;
}

/** By which posting a filter finds its clicks; null when it names neither link nor owner. */
function keyOf(filter: EventFilter): { kind: number; key: number } | null {
  if (filter.urlId !== undefined) return { kind: postingKinds.link, key: filter.urlId };
  if (filter.userId !== undefined) return { kind: postingKinds.owner, key: filter.userId };
  return null;
}

/** Whether no click can match: another type, or a link that is not the owner's. */
function excludesClicks(database: Database, filter: EventFilter): boolean {
  if (filter.type !== undefined && filter.type !== "click") return true;
  if (filter.urlId === undefined || filter.userId === undefined) return false;
  const owner = database.query<{ user_id: number }, [number]>("SELECT user_id FROM links WHERE id = ?").get(filter.urlId);
  return owner?.user_id !== filter.userId;
}

/** Sealed chunks that may hold a match, in id order: their times overlap the filter's. */
function* chunksOf(database: Database, filter: EventFilter, afterId: number): Generator<Chunk> {
  const sql = "SELECT first_id, last_id, clicks FROM click_chunks WHERE last_id > ? AND to_at >= ? AND from_at < ? ORDER BY first_id";
  yield* database.query<Chunk, [number, number, number]>(sql).iterate(afterId, filter.fromMs ?? 0, filter.toMs ?? Number.MAX_SAFE_INTEGER);
}

function sealedTo(database: Database): number {
  return (database.query("SELECT value FROM progress WHERE name = 'sealed_to'").get() as { value: number }).value;
}

/** Ids within a range of the log, read from the log itself. */
function* scanIds(database: Database, filter: EventFilter, range: { afterId: number; toId: number }): Generator<number> {
  const conditions = ["id > ?", "id <= ?"];
  const bindings: SQLQueryBindings[] = [range.afterId, range.toId];
  const add = (condition: string, value: number | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    bindings.push(value);
  };
  add("at >= ?", filter.fromMs);
  add("at < ?", filter.toMs);
  add("link_id = ?", filter.urlId);
  // Beside a link the owner is settled already; alone it is looked up click by click, for the unsealed tail only.
  if (filter.urlId === undefined) add("(SELECT user_id FROM links WHERE links.id = clicks.link_id) = ?", filter.userId);
  for (const row of database
    .query<{ id: number }, SQLQueryBindings[]>(`SELECT id FROM clicks WHERE ${conditions.join(" AND ")} ORDER BY id`)
    .iterate(...bindings))
    yield row.id;
}

/** Ids of a posting; times are looked up only where the filter asks for them. */
function* postedIds(database: Database, filter: EventFilter, found: { chunk: Chunk; kind: number; key: number; afterId: number }): Generator<number> {
  const posting = database
    .query<{ ids: Uint8Array }, [number, number, number]>("SELECT ids FROM click_postings WHERE chunk = ? AND kind = ? AND key = ?")
    .get(found.chunk.first_id, found.kind, found.key);
  if (!posting) return;
  const at = database.query<{ at: number }, [number]>("SELECT at FROM clicks WHERE id = ?");
  const isTimed = filter.fromMs !== undefined || filter.toMs !== undefined;
  for (const id of unpackIds(posting.ids)) {
    if (id <= found.afterId) continue;
    const atMs = isTimed ? (at.get(id)?.at ?? 0) : 0;
    if (!isTimed || (atMs >= (filter.fromMs ?? 0) && atMs < (filter.toMs ?? Infinity))) yield id;
  }
}

/** Ids of the clicks that match, ascending, above `afterId`. */
export function* clickIds(database: Database, filter: EventFilter, afterId: number): Generator<number> {
  if (excludesClicks(database, filter)) return;
  const key = keyOf(filter);
  const sealed = sealedTo(database);
  for (const chunk of chunksOf(database, filter, afterId)) {
    if (key) yield* postedIds(database, filter, { chunk, ...key, afterId });
    else yield* scanIds(database, filter, { afterId: Math.max(afterId, chunk.first_id - 1), toId: chunk.last_id });
  }
  yield* scanIds(database, filter, { afterId: Math.max(afterId, sealed), toId: Number.MAX_SAFE_INTEGER });
}

/** Clicks that match, counted up to `most`. */
export function countClicks(database: Database, filter: EventFilter, most: number): number {
  if (excludesClicks(database, filter)) return 0;
  const key = keyOf(filter);
  let count = 0;
  if (filter.fromMs === undefined && filter.toMs === undefined) {
    const posted = database.query<{ clicks: number }, [number, number, number]>("SELECT clicks FROM click_postings WHERE chunk = ? AND kind = ? AND key = ?");
    for (const chunk of chunksOf(database, filter, 0)) {
      count += key ? (posted.get(chunk.first_id, key.kind, key.key)?.clicks ?? 0) : chunk.clicks;
      if (count >= most) return most;
    }
    for (const _ of scanIds(database, filter, { afterId: sealedTo(database), toId: Number.MAX_SAFE_INTEGER })) if (++count >= most) return most;
    return count;
  }
  for (const _ of clickIds(database, filter, 0)) if (++count >= most) return most;
  return count;
}
