import type { Click, ClickCommit } from "../store.ts";
import type { EventLog } from "./event-log.ts";
import type { Writer } from "./writer.ts";

/** The append-only click log and the counts that are not rolled up yet. */
export interface ClickLog {
  commit(clicks: readonly Click[], batchId?: string): ClickCommit;
  /** Clicks of a link that are committed and not rolled up. */
  pendingOf(linkId: number): number;
  /** Clicks rolled up since: they are counted elsewhere now. */
  settle(linkId: number, clicks: number): void;
  /** Clicks committed since the log was opened. */
  committed(): number;
  /** Committed clicks not rolled up yet, of all links. */
  lag(): number;
}

export function createClickLog(writer: Writer, events: EventLog): ClickLog {
  const { database } = writer;
  const insert = database.prepare(
    "INSERT INTO clicks (id, link_id, at, destination_version, is_bot, client_address, referrer, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const use = database.prepare<void, [number]>("UPDATE links SET uses = uses + 1 WHERE id = ? AND (max_clicks IS NULL OR uses < max_clicks)");
  const ship = database.prepare<void, [string, number]>("INSERT OR IGNORE INTO shipped_batches (id, at) VALUES (?, ?)");
  const unrolled = database.prepare<{ link_id: number; clicks: number }, []>(
    "SELECT link_id, count(*) AS clicks FROM clicks WHERE id > (SELECT value FROM progress WHERE name = 'rolled_up_to') GROUP BY link_id",
  );
  const pending = new Map<number, number>(unrolled.all().map((row) => [row.link_id, row.clicks]));
  let committed = 0;
  let lag = 0;
  for (const clicks of pending.values()) lag += clicks;

  /** Positions of clicks whose limited link has no use left; takes a use for the others. */
  const refuse = (clicks: readonly Click[]): number[] => {
    const refused: number[] = [];
    for (let position = 0; position < clicks.length; position++) {
      const click = clicks[position] as Click;
      if (click.isLimited && use.run(click.urlId).changes === 0) refused.push(position);
    }
    return refused;
  };
  const append = (clicks: readonly Click[]): void => {
    let id = events.takeIds(clicks.length);
    for (const click of clicks) {
      insert.run(id++, click.urlId, click.atMs, click.destinationVersion, click.isBot ? 1 : 0, click.clientAddress, click.referrer, click.userAgent);
    }
  };

  return {
    commit: (clicks, batchId) => {
      let written: readonly Click[] = clicks;
      const refused = writer.transact("clicks.commit", () => {
        if (batchId !== undefined && ship.run(batchId, clicks[0]?.atMs ?? 0).changes === 0) {
          written = [];
          return [];
        }
        const positions = refuse(clicks);
        if (positions.length > 0) written = clicks.filter((_, position) => !positions.includes(position));
        if (written.length > 0) append(written);
        return positions;
      });
      for (const click of written) pending.set(click.urlId, (pending.get(click.urlId) ?? 0) + 1);
      lag += written.length;
      committed += written.length;
      return { refused };
    },
    pendingOf: (linkId) => pending.get(linkId) ?? 0,
    settle: (linkId, clicks) => {
      const left = (pending.get(linkId) ?? 0) - clicks;
      if (left > 0) pending.set(linkId, left);
      else pending.delete(linkId);
      lag -= clicks;
    },
    committed: () => committed,
    lag: () => lag,
  };
}
