import type { EventStore, ImportedEvent, ImportOutcome, StoredEvent } from "../store.ts";
import type { EventLog } from "./event-log.ts";
import { type ClickEventRow, clickEventSelect, eventOf, eventOfClick, type EventRow } from "./event-row.ts";
import type { Reader } from "./reader.ts";
import type { DescribeClick, RollUp } from "./roll-up.ts";
import type { Writer } from "./writer.ts";

/** What the event store stands on. */
export interface EventStoreParts {
  writer: Writer;
  reader: Reader;
  events: EventLog;
  rollUp: RollUp;
  describe: DescribeClick;
}

/** Events that are not clicks from redirects; a click that is posted or imported counts like any other. */
export function createEventStore({ writer, reader, events, rollUp, describe }: EventStoreParts): EventStore {
  const { database } = writer;
  const urlExists = database.prepare<{ id: number }, [number]>("SELECT id FROM links WHERE id = ? AND deleted_at IS NULL");
  const userExists = database.prepare<{ id: number }, [number]>("SELECT id FROM users WHERE id = ? AND deleted_at IS NULL");
  const byId = database.prepare<EventRow, [number]>("SELECT id, url_id, user_id, event_type, at, details FROM events WHERE id = ?");
  const clickById = database.prepare<ClickEventRow, [number]>(`${clickEventSelect} WHERE clicks.id = ?`);
  const sameAt = database.prepare<EventRow, [number, string]>(
    "SELECT id, url_id, user_id, event_type, at, details FROM events WHERE at = ? AND event_type = ?",
  );
  const insert = database.prepare<void, [number, number | null, number | null, string, number, string]>(
    "INSERT INTO events (id, url_id, user_id, event_type, at, details) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const addUses = database.prepare<void, [number, number]>("UPDATE links SET uses = uses + ? WHERE id = ? AND max_clicks IS NOT NULL");

  const get = (id: number): StoredEvent | null => {
    const row = byId.get(id);
    if (row) return eventOf(row);
    const click = clickById.get(id);
    return click && eventOfClick(click);
  };
  const count = (clicks: readonly Omit<StoredEvent, "id">[]): void => {
    const added = rollUp.add(clicks.filter((event) => event.type === "click" && event.urlId !== null).map((event) => countedOf(event, describe)));
    for (const [urlId, uses] of added) addUses.run(uses, urlId);
  };
  const importRow = (row: ImportedEvent): ImportOutcome => {
    const known =
      row.id === undefined
        ? sameAt
            .all(row.atMs, row.type)
            .map(eventOf)
            .find((event) => isSame(event, row))
        : get(row.id);
    if (known)
      return isSame(known, row) ? { outcome: "unchanged", id: known.id } : { outcome: "refused", field: "id", reason: "this id belongs to another event" };
    const id = row.id ?? events.takeIds(1);
    insert.run(id, row.urlId, row.userId, row.type, row.atMs, JSON.stringify(row.details));
    events.passId(id);
    return { outcome: "created", id };
  };

  return {
    create: (event, nowMs) =>
      writer.write("events.create", () => {
        if (!urlExists.get(event.urlId)) return { outcome: "url_unknown" as const };
        if (!userExists.get(event.userId)) return { outcome: "user_unknown" as const };
        const stored = { ...event, atMs: nowMs };
        const id = events.append(stored);
        count([stored]);
        return { outcome: "created" as const, event: { id, ...stored } };
      }),
    get: async (id) => writer.read("events.get", () => get(id)),
    list: (filter, page) => reader.ask("events.list", { filter, page }),
    importBatch: (rows) =>
      writer.write("events.import", () => {
        const outcomes = rows.map(importRow);
        count(rows.filter((_, position) => outcomes[position]?.outcome === "created"));
        return outcomes;
      }),
  };
}

/** JSON with sorted keys, so that the order of fields does not make two details differ. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isSame(known: StoredEvent, row: ImportedEvent): boolean {
  return (
    known.urlId === row.urlId &&
    known.userId === row.userId &&
    known.type === row.type &&
    known.atMs === row.atMs &&
    canonical(known.details) === canonical(row.details)
  );
}

/** A posted or imported click as it is counted; its details may name what a redirect would have seen. */
function countedOf(event: Omit<StoredEvent, "id">, describe: DescribeClick): Parameters<RollUp["add"]>[0][number] {
  const text = (name: string): string | null => (typeof event.details[name] === "string" ? event.details[name] : null);
  const traits = describe({ referrer: text("referrer"), userAgent: text("user_agent"), clientAddress: text("client_address") });
  return { urlId: event.urlId as number, atMs: event.atMs, isBot: event.details["is_bot"] === true, ...traits };
}
