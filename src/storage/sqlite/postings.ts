import type { Writer } from "./writer.ts";
import { packIds } from "./id-list.ts";

/**
 * Clicks of a sealed chunk. A list by link or owner costs one seek per chunk, plus a scan of what is not sealed:
 * small enough that the scan stays in milliseconds, large enough that ten million clicks are 305 seeks.
 */
export const chunkClicks = 32_768;
/** Clicks read, and postings written, in one slice. */
const sliceClicks = 4_096;
const slicePostings = 400;

/** What a posting lists clicks of. */
export const postingKinds = { link: 0, owner: 1 } as const;

interface ReadRow {
  id: number;
  link_id: number;
  at: number;
}

/** The chunk being sealed: read first, then written, then declared. It lives in memory only; a restart begins it again. */
interface OpenChunk {
  firstId: number;
  lastId: number;
  clicks: number;
  fromAt: number;
  toAt: number;
  byLink: Map<number, number[]>;
  waiting: { kind: number; key: number; ids: number[] }[] | null;
}

/** Seals chunks of the click log in slices: postings in key order, so that every write goes to the end of the tree. */
export function createSealer(writer: Writer): { slice(): Promise<boolean> } {
  const { database } = writer;
  const sealedTo = database.prepare<{ value: number }, []>("SELECT value FROM progress WHERE name = 'sealed_to'");
  const lastClick = database.prepare<{ id: number | null }, []>("SELECT max(id) AS id FROM clicks");
  const read = database.prepare<ReadRow, [number, number]>("SELECT id, link_id, at FROM clicks WHERE id > ? ORDER BY id LIMIT ?");
  const owner = database.prepare<{ user_id: number }, [number]>("SELECT user_id FROM links WHERE id = ?");
  const post = database.prepare<void, [number, number, number, Uint8Array, number]>(
    "INSERT OR REPLACE INTO click_postings (chunk, kind, key, ids, clicks) VALUES (?, ?, ?, ?, ?)",
  );
  const declare = database.prepare<void, [number, number, number, number, number]>(
    "INSERT OR REPLACE INTO click_chunks (first_id, last_id, clicks, from_at, to_at) VALUES (?, ?, ?, ?, ?)",
  );
  const advance = database.prepare<void, [number]>("UPDATE progress SET value = ? WHERE name = 'sealed_to'");
  let chunk: OpenChunk | null = null;

  const readSlice = (open: OpenChunk): void => {
    const rows = writer.read("clicks.seal_read", () => read.all(open.lastId, Math.min(sliceClicks, chunkClicks - open.clicks)));
    for (const row of rows) {
      if (open.clicks++ === 0) open.firstId = row.id;
      open.lastId = row.id;
      open.fromAt = Math.min(open.fromAt, row.at);
      open.toAt = Math.max(open.toAt, row.at);
      const ids = open.byLink.get(row.link_id);
      if (ids) ids.push(row.id);
      else open.byLink.set(row.link_id, [row.id]);
    }
  };
  const arrange = (open: OpenChunk): NonNullable<OpenChunk["waiting"]> => {
    const byOwner = new Map<number, number[]>();
    for (const [linkId, ids] of open.byLink) {
      const ownerId = owner.get(linkId)?.user_id ?? 0;
      byOwner.set(ownerId, (byOwner.get(ownerId) ?? []).concat(ids));
    }
    for (const ids of byOwner.values()) ids.sort((a, b) => a - b);
    const postings = (kind: number, lists: Map<number, number[]>) => [...lists].sort(([a], [b]) => a - b).map(([key, ids]) => ({ kind, key, ids }));
    return [...postings(postingKinds.link, open.byLink), ...postings(postingKinds.owner, byOwner)];
  };
  const writeSlice = async (open: OpenChunk, waiting: NonNullable<OpenChunk["waiting"]>): Promise<void> => {
    await writer.write("clicks.seal", () => {
      for (const { kind, key, ids } of waiting.slice(0, slicePostings)) post.run(open.firstId, kind, key, packIds(ids), ids.length);
      if (waiting.length > slicePostings) return;
      declare.run(open.firstId, open.lastId, open.clicks, open.fromAt, open.toAt);
      advance.run(open.lastId);
    });
    waiting.splice(0, slicePostings);
  };

  return {
    slice: async () => {
      if (!chunk) {
        const from = sealedTo.get()?.value ?? 0;
        if ((lastClick.get()?.id ?? 0) - from < chunkClicks) return false;
        chunk = { firstId: 0, lastId: from, clicks: 0, fromAt: Infinity, toAt: -Infinity, byLink: new Map(), waiting: null };
      }
      if (chunk.waiting) {
        await writeSlice(chunk, chunk.waiting);
        if (chunk.waiting.length === 0) chunk = null;
        return true;
      }
      const before = chunk.clicks;
      readSlice(chunk);
      if (chunk.clicks === chunkClicks) chunk.waiting = arrange(chunk);
      else if (chunk.clicks === before) chunk = null; // ids were taken by other events: not enough clicks yet
      return chunk !== null;
    },
  };
}
