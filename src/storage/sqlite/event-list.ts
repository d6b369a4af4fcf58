import type { Database, SQLQueryBindings } from "bun:sqlite";
import { type EventFilter, type Page, type PageRequest, type StoredEvent, totalCountLimit } from "../store.ts";
import { countClicks, clickIds } from "./click-list.ts";
import { type ClickEventRow, clickEventSelect, eventOf, eventOfClick, type EventRow } from "./event-row.ts";
import { cappedTotal, countUpTo, type Where, whereOf } from "./page.ts";

/** Conditions on the table of events that are not clicks from redirects. */
export function eventWhere(filter: EventFilter): Where {
  return whereOf(
    ["url_id = ?", filter.urlId],
    ["user_id = ?", filter.userId],
    ["event_type = ?", filter.type],
    ["at >= ?", filter.fromMs],
    ["at < ?", filter.toMs],
  );
}

function* eventIds(database: Database, filter: EventFilter, afterId: number): Generator<number> {
  const { conditions, bindings } = eventWhere(filter);
  const sql = `SELECT id FROM events WHERE ${[...conditions, "id > ?"].join(" AND ")} ORDER BY id`;
  for (const row of database.query<{ id: number }, SQLQueryBindings[]>(sql).iterate(...bindings, afterId)) yield row.id;
}

/** Two ascending runs of ids as one. */
function* merged(one: Generator<number>, other: Generator<number>): Generator<{ id: number; isClick: boolean }> {
  try {
    let a = one.next();
    let b = other.next();
    while (!a.done || !b.done) {
      if (b.done || (!a.done && a.value < b.value)) {
        yield { id: a.value as number, isClick: false };
        a = one.next();
      } else {
        yield { id: b.value, isClick: true };
        b = other.next();
      }
    }
  } finally {
    // An unfinished statement would keep its snapshot, and the write-ahead log with it.
    one.return(undefined);
    other.return(undefined);
  }
}

/** Events and clicks as one list in id order. */
export function listEvents(database: Database, { filter, page }: { filter: EventFilter; page: PageRequest }): Page<StoredEvent> {
  const afterId = page.afterId ?? 0;
  const events = eventIds(database, filter, afterId);
  const clicks = clickIds(database, filter, afterId);
  const oneEvent = database.query<EventRow, [number]>("SELECT id, url_id, user_id, event_type, at, details FROM events WHERE id = ?");
  const oneClick = database.query<ClickEventRow, [number]>(`${clickEventSelect} WHERE clicks.id = ?`);
  const items: StoredEvent[] = [];
  let skipped = 0;
  if (page.limit > 0) {
    for (const { id, isClick } of merged(events, clicks)) {
      if (skipped++ < page.offset) continue;
      items.push(isClick ? eventOfClick(oneClick.get(id) as ClickEventRow) : eventOf(oneEvent.get(id) as EventRow));
      if (items.length === page.limit) break;
    }
  }
  const { total } = countUpTo(database, "events", eventWhere(filter));
  return { items, ...cappedTotal(total > totalCountLimit ? total : total + countClicks(database, filter, totalCountLimit + 1 - total)) };
}
