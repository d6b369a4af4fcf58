import type { Writer } from "./writer.ts";

/** Links indexed in one transaction. */
const sliceLinks = 100;
/** Longest that a search waits for the index, in milliseconds; what is missing then is found a moment later. */
const catchUpMostMs = 1_000;

interface Words {
  shortCode: string;
  title: string | null;
  originalUrl: string;
}

/**
 * The words of code, title and address. New links are indexed a moment later, in slices: one transaction for many
 * links is far cheaper than the index segment that each creation would write.
 */
export interface WordIndex {
  /** Within a transaction: a link was added under an id that may lie below what is indexed. */
  added(id: number): void;
  /** Within a transaction: the words of a link changed. */
  refresh(id: number, words: Words): void;
  /** Within a transaction. */
  remove(id: number): void;
  /** Indexes one slice; says whether more is waiting. */
  slice(): Promise<boolean>;
  catchUp(): Promise<void>;
}

export function createWordIndex(writer: Writer): WordIndex {
  const { database } = writer;
  const position = database.prepare<{ value: number }, []>("SELECT value FROM progress WHERE name = 'words_to'");
  const advance = database.prepare<void, [number]>("UPDATE progress SET value = ? WHERE name = 'words_to'");
  const next = database.prepare<{ id: number; short_code: string; title: string | null; original_url: string; deleted_at: number | null }, [number, number]>(
    "SELECT id, short_code, title, original_url, deleted_at FROM links WHERE id > ? ORDER BY id LIMIT ?",
  );
  const one = database.prepare<{ short_code: string; title: string | null; original_url: string }, [number]>(
    "SELECT short_code, title, original_url FROM links WHERE id = ? AND deleted_at IS NULL",
  );
  const last = database.prepare<{ id: number | null }, []>("SELECT max(id) AS id FROM links");
  const insert = database.prepare<void, [number, string, string, string]>(
    "INSERT INTO link_words (rowid, short_code, title, original_url) VALUES (?, ?, ?, ?)",
  );
  const erase = database.prepare<void, [number]>("DELETE FROM link_words WHERE rowid = ?");
  const reached = (): number => position.get()?.value ?? 0;
  const put = (id: number, words: Words): void => void insert.run(id, words.shortCode, words.title ?? "", words.originalUrl.replace(/^https?:\/\//i, ""));

  const index: WordIndex = {
    added: (id) => {
      if (id > reached()) return;
      const row = one.get(id);
      if (row) put(id, { shortCode: row.short_code, title: row.title, originalUrl: row.original_url });
    },
    refresh: (id, words) => {
      if (id > reached()) return;
      erase.run(id);
      put(id, words);
    },
    remove: (id) => void erase.run(id),
    slice: async () => {
      if ((last.get()?.id ?? 0) <= reached()) return false;
      return writer.write("words.index", () => {
        const rows = next.all(reached(), sliceLinks);
        for (const row of rows) {
          if (row.deleted_at === null) put(row.id, { shortCode: row.short_code, title: row.title, originalUrl: row.original_url });
        }
        const lastRow = rows.at(-1);
        if (lastRow) advance.run(lastRow.id);
        return rows.length === sliceLinks;
      });
    },
    catchUp: async () => {
      const deadlineMs = performance.now() + catchUpMostMs;
      while (performance.now() < deadlineMs && (await index.slice())) await Bun.sleep(0);
    },
  };
  return index;
}
