import type { Database } from "bun:sqlite";
import type { StoreOperation } from "../store-operations.ts";
import { quickCheck } from "./database.ts";
import { listEvents } from "./event-list.ts";
import { listLinks } from "./link-list.ts";
import { readStats } from "./stats.ts";
import { listUsers } from "./user-list.ts";

/** Copies what it can of the write-ahead log into the database file, without stopping readers or the writer; says whether that was all. */
function checkpoint(database: Database, _: null): boolean {
  const { log, checkpointed } = database.query("PRAGMA wal_checkpoint(PASSIVE)").get() as { log: number; checkpointed: number };
  return log === checkpointed;
}

/** A question of several statements, answered from one snapshot: a roll-up or seal between two of them would count twice, or not at all. */
function atOneMoment<Argument, Answer>(query: (database: Database, argument: Argument) => Answer): (database: Database, argument: Argument) => Answer {
  return (database, argument) => database.transaction(() => query(database, argument))();
}

/** What the reader answers: each takes a connection and one argument, and gives what can be copied between threads. */
export const queries = {
  "users.list": atOneMoment(listUsers),
  "links.list": atOneMoment(listLinks),
  "events.list": atOneMoment(listEvents),
  "clicks.stats": atOneMoment(readStats),
  "store.checkpoint": checkpoint,
  "store.quick_check": (database: Database, _: null) => quickCheck(database),
} satisfies { [Name in StoreOperation]?: (database: Database, argument: never) => unknown };

export type Queries = typeof queries;
