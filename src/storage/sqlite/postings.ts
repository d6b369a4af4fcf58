import type { Writer } from "./writer.ts";
import type { ClickLog } from "./click-log.ts";
import { packIds } from "./id-list.ts";

/**
 * Clicks of a sealed chunk. A list by link or owner costs one seek per chunk, plus a scan of what is not sealed:
 * small enough that the scan stays in milliseconds, large enough that ten million clicks are 305 seeks.
 */
export const chunkClicks = 32_768;
/** Clicks read, and postings written, in one slice. */
const sliceClicks = 1_024;
const slicePostings = 200;

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
  /** Ids by key, ascending, for each kind of posting. */
  lists: [links: Map<number, number[]>, owners: Map<number, number[]>];
  ownerOf: Map<number, number>;
  /** Postings that wait to be written, once everything is read. */
  waiting: { kind: number; key: number }[] | null;
}

function beginChunk(afterId: number): OpenChunk {
  return { firstId: 0, lastId: afterId, clicks: 0, fromAt: Infinity, toAt: -Infinity, lists: [new Map(), new Map()], ownerOf: new Map(), waiting: null };
}

function addTo(list: Map<number, number[]>, key: number, id: number): void {
  const ids = list.get(key);
  if (ids) ids.push(id);
  else list.set(key, [id]);
}

/** What is to be written, last first, so that it can be taken from the end. */
function arrange({ lists }: OpenChunk): NonNullable<OpenChunk["waiting"]> {
  const keysOf = (kind: number): { kind: number; key: number }[] => Array.from(Float64Array.from(lists[kind]?.keys() ?? []).sort(), (key) => ({ kind, key }));
  return [...keysOf(postingKinds.link), ...keysOf(postingKinds.owner)].toReversed();
}

/** Seals chunks of the click log in slices: postings in key order, so that every write goes to the end of the tree. */
export function createSealer(writer: Writer, log: ClickLog): { slice(): Promise<boolean> } {
  const { database } = writer;
  const sealedTo = database.prepare<{ value: number }, []>("SELECT value FROM progress WHERE name = 'sealed_to'");
  const read = database.prepare<ReadRow, [number, number]>("SELECT id, link_id, at FROM clicks WHERE id > ? ORDER BY id LIMIT ?");
  const owner = database.prepare<{ user_id: number }, [number]>("SELECT user_id FROM links WHERE id = ?");
  const post = database.prepare<void, [number, number, number, Uint8Array, number]>(
    "INSERT OR REPLACE INTO click_postings (chunk, kind, key, ids, clicks) VALUES (?, ?, ?, ?, ?)",
  );
  const declare = database.prepare<void, [number, number, number, number, number]>(
    "INSERT OR REPLACE INTO click_chunks (first_id, last_id, clicks, from_at, to_at) VALUES (?, ?, ?, ?, ?)",
  );
  const advance = database.prepare<void, [number]>("UPDATE progress SET value = ? WHERE name = 'sealed_to'");
  // Counted, not told from ids: events that are not clicks take ids as well.
  const unsealed = database.prepare<{ clicks: number }, []>(
    "SELECT count(*) AS clicks FROM clicks WHERE id > (SELECT value FROM progress WHERE name = 'sealed_to')",
  );
  let waitingClicks = (unsealed.get()?.clicks ?? 0) - log.committed();
  let chunk: OpenChunk | null = null;

  const ownerOf = (open: OpenChunk, linkId: number): number => {
    const known = open.ownerOf.get(linkId);
    if (known !== undefined) return known;
    const found = owner.get(linkId)?.user_id ?? 0;
    open.ownerOf.set(linkId, found);
    return found;
  };
  const readSlice = (open: OpenChunk): void => {
    const rows = writer.read("clicks.seal_read", () => read.all(open.lastId, Math.min(sliceClicks, chunkClicks - open.clicks)));
    for (const row of rows) {
      if (open.clicks++ === 0) open.firstId = row.id;
      open.lastId = row.id;
      open.fromAt = Math.min(open.fromAt, row.at);
      open.toAt = Math.max(open.toAt, row.at);
      addTo(open.lists[postingKinds.link], row.link_id, row.id);
      addTo(open.lists[postingKinds.owner], ownerOf(open, row.link_id), row.id);
    }
  };
  const writeSlice = async (open: OpenChunk, waiting: NonNullable<OpenChunk["waiting"]>): Promise<void> => {
    const next = waiting.slice(-slicePostings).toReversed();
    await writer.write("clicks.seal", () => {
      for (const { kind, key } of next) {
        const ids = open.lists[kind]?.get(key) ?? [];
        post.run(open.firstId, kind, key, packIds(ids), ids.length);
      }
      if (waiting.length > next.length) return;
      declare.run(open.firstId, open.lastId, open.clicks, open.fromAt, open.toAt);
      advance.run(open.lastId);
    });
    waiting.length -= next.length;
  };

  return {
    slice: async () => {
      if (!chunk) {
        if (waitingClicks + log.committed() < chunkClicks) return false;
        chunk = beginChunk(sealedTo.get()?.value ?? 0);
      }
      if (chunk.waiting) {
        await writeSlice(chunk, chunk.waiting);
        if (chunk.waiting.length > 0) return true;
        waitingClicks -= chunk.clicks;
        chunk = null;
        return true;
      }
      const before = chunk.clicks;
      readSlice(chunk);
      if (chunk.clicks === chunkClicks) chunk.waiting = arrange(chunk);
      if (chunk.clicks > before) return true;
      waitingClicks = (unsealed.get()?.clicks ?? 0) - log.committed(); // fewer than counted: begin again when there are enough
      chunk = null;
      return false;
    },
  };
}
