import type { Database } from "bun:sqlite";

/** Finds links by tag. */
export interface TagIndex {
  /** Within a transaction: the link had the tags of `before` and has those of `after`. */
  replace(linkId: number, before: readonly string[], after: readonly string[]): void;
}

/** The tags of living links, by the writing connection. */
export function createTagIndex(database: Database): TagIndex {
  const erase = database.prepare<void, [string, number]>("DELETE FROM link_tags WHERE tag = ? AND link_id = ?");
  const insert = database.prepare<void, [string, number]>("INSERT OR IGNORE INTO link_tags (tag, link_id) VALUES (?, ?)");
  return {
    replace: (linkId, before, after) => {
      for (const tag of before) erase.run(tag, linkId);
      for (const tag of after) insert.run(tag, linkId);
    },
  };
}
