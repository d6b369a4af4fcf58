import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { AcknowledgeStore, ChannelRecord, Claim, Notified, OutboxCounts, OutboxRow, OutboxStore } from "../../desk/outbox-store.ts";

type Row = Record<string, SQLQueryBindings>;

const columns = `id, key, notification, incident_id AS incidentId, channel, recipient, is_urgent AS isUrgent, payload, state, attempts,
  created_at_ms AS createdAtMs, next_attempt_at_ms AS nextAttemptAtMs, last_fault AS lastFault`;

/** Waiting rows that are due, but for those behind an older one of the same incident to the same recipient. */
const due = `SELECT id FROM outbox AS candidate
  WHERE state = 'waiting' AND channel = $channel AND (next_attempt_at_ms <= $nowMs OR next_attempt_at_ms > $nowMs + $waitMostMs)
  AND NOT EXISTS (
    SELECT 1 FROM outbox AS earlier
    WHERE earlier.state = 'waiting' AND earlier.channel = candidate.channel AND earlier.recipient = candidate.recipient
    AND earlier.incident_id = candidate.incident_id AND earlier.id < candidate.id
  )
  ORDER BY is_urgent DESC, id LIMIT $limit`;

/** Most rows that are read at once: as many as may wait. */
const orphansMost = 2_000;

/** The outbox in the desk's database. */
export function openOutbox(database: Database): OutboxStore {
  /** Changes a row whose claim still holds. */
  const conclude = ({ id, attempts }: Claim, sets: string, ...values: SQLQueryBindings[]): boolean =>
    database.query(`UPDATE outbox SET claimed_at_ms = NULL, ${sets} WHERE id = ? AND attempts = ? AND state = 'waiting'`).run(...values, id, attempts).changes >
    0;

  return {
    notified: (incidentId) =>
      database
        .query("SELECT reason, occurrence, at_ms AS atMs, severity FROM notified WHERE incident_id = ? ORDER BY id")
        .all(incidentId) as unknown as Notified[],
    addNotified: (incidentId, { reason, occurrence, atMs, severity }) =>
      database
        .query("INSERT OR IGNORE INTO notified (incident_id, reason, occurrence, at_ms, severity) VALUES (?, ?, ?, ?, ?)")
        .run(incidentId, reason, occurrence, atMs, severity).changes > 0,
    put: ({ key, notification, incidentId, channel, recipient, isUrgent, payload, createdAtMs, nextAttemptAtMs }) =>
      database
        .query(
          `INSERT OR IGNORE INTO outbox (key, notification, incident_id, channel, recipient, is_urgent, payload, created_at_ms, next_attempt_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(key, notification, incidentId, channel, recipient, Number(isUrgent), payload, createdAtMs, nextAttemptAtMs).changes > 0,
    claim: ({ channel, nowMs, leaseMs, waitMostMs, limit }) =>
      (
        database
          .query(
            `UPDATE outbox SET attempts = attempts + 1, claimed_at_ms = $nowMs, next_attempt_at_ms = $nowMs + $leaseMs
             WHERE id IN (${due}) AND state = 'waiting' RETURNING ${columns}`,
          )
          .all({ channel, nowMs, leaseMs, waitMostMs, limit }) as Row[]
      )
        .map(rowOf)
        .sort((a, b) => a.id - b.id),
    rewrite: ({ id, attempts }, payload) =>
      void database.query("UPDATE outbox SET payload = ? WHERE id = ? AND attempts = ? AND state = 'waiting'").run(payload, id, attempts),
    markSent: (claim, atMs) => conclude(claim, "state = 'sent', finished_at_ms = ?", atMs),
    postpone: (claim, nextAttemptAtMs, fault) => conclude(claim, "next_attempt_at_ms = ?, last_fault = ?", nextAttemptAtMs, fault),
    giveUp: (claim, atMs, fault) => conclude(claim, "state = 'dead', finished_at_ms = ?, last_fault = ?", atMs, fault),
    hurry: (channel, atMs) =>
      void database
        .query("UPDATE outbox SET next_attempt_at_ms = ? WHERE state = 'waiting' AND channel = ? AND attempts > 0 AND claimed_at_ms IS NULL")
        .run(atMs, channel),
    releaseClaims: (atMs) =>
      void database.query("UPDATE outbox SET claimed_at_ms = NULL, next_attempt_at_ms = ? WHERE state = 'waiting' AND claimed_at_ms IS NOT NULL").run(atMs),
    withoutChannel: (names) =>
      (
        database
          .query(`SELECT ${columns} FROM outbox WHERE state = 'waiting' AND channel NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ${orphansMost}`)
          .all(JSON.stringify(names)) as Row[]
      ).map(rowOf),
    leastNeeded: () => {
      const found = database
        .query(`SELECT ${columns} FROM outbox WHERE state = 'waiting' AND claimed_at_ms IS NULL ORDER BY is_urgent, id LIMIT 1`)
        .get() as Row | null;
      return found ? rowOf(found) : null;
    },
    counts: () =>
      database.query("SELECT count(*) AS waiting, min(created_at_ms) AS oldestWaitingAtMs FROM outbox WHERE state = 'waiting'").get() as OutboxCounts,
    ...channelRecords(database),
    forget: (beforeMs) => void database.query("DELETE FROM outbox WHERE finished_at_ms < ?").run(beforeMs),
  };
}

function channelRecords(database: Database): Pick<OutboxStore, "channelRecord" | "noteChannel"> {
  return {
    channelRecord: (channel) =>
      (database
        .query("SELECT last_sent_at_ms AS lastSentAtMs, last_fault AS lastFault, last_fault_at_ms AS lastFaultAtMs FROM outbox_channels WHERE name = ?")
        .get(channel) as ChannelRecord | null) ?? { lastSentAtMs: null, lastFault: null, lastFaultAtMs: null },
    noteChannel: (channel, atMs, fault) => {
      const [sets, values]: [string, SQLQueryBindings[]] =
        fault === null ? ["last_sent_at_ms = ?, last_fault = NULL, last_fault_at_ms = NULL", [atMs]] : ["last_fault = ?, last_fault_at_ms = ?", [fault, atMs]];
      database.query("INSERT OR IGNORE INTO outbox_channels (name) VALUES (?)").run(channel);
      database.query(`UPDATE outbox_channels SET ${sets} WHERE name = ?`).run(...values, channel);
    },
  };
}

/** Name of the key that signs acknowledge links. */
const acknowledgeKey = "acknowledge";

/**
 * What acknowledging from mails needs, in the desk's database.
 *
 * @param freshKey random bytes that become the key when there is none yet
 */
export function openAcknowledgements(database: Database, freshKey: Uint8Array): AcknowledgeStore {
  database.query("INSERT OR IGNORE INTO desk_keys (name, key) VALUES (?, ?)").run(acknowledgeKey, freshKey);
  const { key } = database.query("SELECT key FROM desk_keys WHERE name = ?").get(acknowledgeKey) as { key: Uint8Array };
  return {
    key,
    use: ({ digest, expiresAtMs }, nowMs) => {
      database.query("DELETE FROM used_links WHERE expires_at_ms < ?").run(nowMs);
      return database.query("INSERT OR IGNORE INTO used_links (digest, expires_at_ms) VALUES (?, ?)").run(digest, expiresAtMs).changes > 0;
    },
    isUsed: (digest) => database.query("SELECT 1 FROM used_links WHERE digest = ?").get(digest) !== null,
  };
}

function rowOf(row: Row): OutboxRow {
  return { ...row, isUrgent: row["isUrgent"] === 1 } as unknown as OutboxRow;
}
