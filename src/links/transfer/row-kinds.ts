import type { ImportedEvent, ImportedLink, ImportedUser, ImportOutcome, Store } from "../../storage/store.ts";
import { createOddities } from "./oddities.ts";
import { parseEventRow, parseLinkRow, parseUserRow, type RowContext } from "./parse-row.ts";
import type { RawRecord } from "./raw-rows.ts";
import type { Fix, ParsedRow } from "./row-reader.ts";

/** A row on its way into the store. */
export interface PendingRow<Row> {
  row: Row;
  fixes: Fix[];
  absent: (keyof Row)[];
}

/** How rows of one kind are read and written. */
export interface RowKind<Row> {
  parse(record: RawRecord, context: RowContext): ParsedRow<Row>;
  /** Takes what the file says nothing about from the rows that are known, so that importing again changes nothing. */
  complete(store: Store, pending: PendingRow<Row>[]): Promise<void>;
  noteOddities(store: Store, pending: PendingRow<Row>[]): Promise<void>;
  write(store: Store, rows: Row[]): Promise<ImportOutcome[]>;
}

export type ImportKind = "users" | "urls" | "events";

/** Columns without which a file is not of a kind. */
export const neededColumns: Readonly<Record<ImportKind, readonly string[]>> = {
  users: ["username", "email"],
  urls: ["user_id", "short_code", "original_url"],
  events: ["url_id", "user_id", "event_type", "timestamp"],
};

/** Makes each kind, with a memory of its own for one import. */
export const rowKinds = {
  users: (): RowKind<ImportedUser> => {
    const oddities = createOddities();
    return {
      parse: parseUserRow,
      complete: completeUsers,
      noteOddities: async (_store, pending) => oddities.noteRepeatedNames(pending),
      write: (store, rows) => store.users.importBatch(rows),
    };
  },
  urls: (): RowKind<ImportedLink> => ({
    parse: parseLinkRow,
    complete: completeLinks,
    noteOddities: async () => {},
    write: (store, rows) => store.links.importBatch(rows),
  }),
  events: (): RowKind<ImportedEvent> => {
    const oddities = createOddities();
    return {
      parse: parseEventRow,
      complete: async () => {},
      noteOddities: (store, pending) => oddities.noteOddEvents(store, pending),
      write: (store, rows) => store.events.importBatch(rows),
    };
  },
};

async function completeUsers(store: Store, pending: PendingRow<ImportedUser>[]): Promise<void> {
  const lacking = pending.filter(({ row, absent }) => row.id !== undefined && absent.includes("createdAtMs"));
  const known = await knownById(lacking, (afterId, limit) => store.users.exportBatch(afterId, limit));
  for (const { row } of lacking) row.createdAtMs = known.get(row.id as number)?.createdAtMs ?? row.createdAtMs;
}

/** A retired code stays retired, whatever an older file says, so `deletedAtMs` is never completed. */
async function completeLinks(store: Store, pending: PendingRow<ImportedLink>[]): Promise<void> {
  const lacking = pending.filter(({ absent }) => absent.length > 0);
  const known = await knownById(lacking, (afterId, limit) => store.links.exportBatch(afterId, limit));
  for (const { row, absent } of lacking) {
    const link = row.id === undefined ? await knownByCode(store, row.shortCode) : known.get(row.id);
    if (link?.shortCode !== row.shortCode) continue;
    for (const name of absent) if (name !== "deletedAtMs") Object.assign(row, { [name]: link[name] });
  }
}

async function knownByCode(store: Store, shortCode: string): Promise<ImportedLink | undefined> {
  const target = await store.links.find(shortCode);
  return target ? (await store.links.exportBatch(target.id - 1, 1))[0] : undefined;
}

/** Ids that lie this far apart, in multiples of their number, are asked for one by one. */
const sparseness = 4;

/** The known rows among `pending`, by id: in one question where the ids lie close together, as in a file they do. */
async function knownById<Known extends { id: number }>(
  pending: readonly { row: { id?: number } }[],
  ask: (afterId: number, limit: number) => Promise<Known[]>,
): Promise<Map<number, Known>> {
  const ids = pending.flatMap(({ row }) => row.id ?? []);
  if (ids.length === 0) return new Map();
  const least = ids.reduce((a, b) => Math.min(a, b));
  const span = ids.reduce((a, b) => Math.max(a, b)) - least + 1;
  if (span > ids.length * sparseness) {
    const found: [number, Known][] = [];
    for (const id of ids) for (const known of await ask(id - 1, 1)) found.push([known.id, known]);
    return new Map(found);
  }
  return new Map((await ask(least - 1, span)).map((known) => [known.id, known]));
}
