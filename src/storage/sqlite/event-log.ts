import type { Database } from "bun:sqlite";
import type { StoredEvent } from "../store.ts";

/** Writes events and hands out ids from the sequence that clicks share. Only within a transaction. */
export interface EventLog {
  append(event: Omit<StoredEvent, "id">): number;
  /** Takes `count` ids and returns the first. */
  takeIds(count: number): number;
  /** Keeps later ids above one that came with an import. */
  passId(id: number): void;
}

/** The event log of a writing connection. */
export function createEventLog(database: Database): EventLog {
  // Not RETURNING: it makes SQLite keep a journal of the statement, which costs more than asking.
  const take = database.prepare<void, [number]>("UPDATE progress SET value = value + ? WHERE name = 'event_id'");
  const last = database.prepare<{ value: number }, []>("SELECT value FROM progress WHERE name = 'event_id'");
  const pass = database.prepare<void, [number]>("UPDATE progress SET value = max(value, ?) WHERE name = 'event_id'");
  const insert = database.prepare("INSERT INTO events (id, url_id, user_id, event_type, at, details) VALUES (?, ?, ?, ?, ?, ?)");
  const takeIds = (count: number): number => {
    take.run(count);
    return (last.get() as { value: number }).value - count + 1;
  };
  return {
    takeIds,
    passId: (id) => void pass.run(id),
    append: (event) => {
      const id = takeIds(1);
      insert.run(id, event.urlId, event.userId, event.type, event.atMs, JSON.stringify(event.details));
      return id;
    },
  };
}
