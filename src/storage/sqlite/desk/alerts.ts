import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { AlertEvent, AlertStore, StoredAlert } from "../../desk/alert-store.ts";

type Row = Record<string, SQLQueryBindings>;

/** Alerts and their history in the desk's database. */
export function openAlerts(database: Database): AlertStore {
  return {
    list: () =>
      (
        database
          .query(
            `SELECT fingerprint, source, rule, labels, annotations, state, active_at_ms AS activeAtMs, fired_at_ms AS firedAtMs,
             ended_at_ms AS endedAtMs, told_start_ms AS toldStartMs, heard_at_ms AS heardAtMs FROM alerts`,
          )
          .all() as Row[]
      ).map((row) => ({ ...row, labels: parsed(row["labels"]), annotations: parsed(row["annotations"]) }) as unknown as StoredAlert),
    put: (alert) => {
      const { fingerprint, source, rule, labels, annotations, state, activeAtMs, firedAtMs, endedAtMs, toldStartMs, heardAtMs } = alert;
      database
        .query(
          `INSERT OR REPLACE INTO alerts (fingerprint, source, rule, labels, annotations, state, active_at_ms, fired_at_ms, ended_at_ms, told_start_ms, heard_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(fingerprint, source, rule, JSON.stringify(labels), JSON.stringify(annotations), state, activeAtMs, firedAtMs, endedAtMs, toldStartMs, heardAtMs);
    },
    remove: (fingerprint) => void database.query("DELETE FROM alerts WHERE fingerprint = ?").run(fingerprint),
    addEvent: ({ atMs, name, rule, labels, state }) =>
      void database
        .query("INSERT INTO alert_events (at_ms, name, rule, labels, state) VALUES (?, ?, ?, ?, ?)")
        .run(atMs, name, rule, JSON.stringify(labels), state),
    events: (limit) =>
      (database.query("SELECT at_ms AS atMs, name, rule, labels, state FROM alert_events ORDER BY id DESC LIMIT ?").all(limit) as Row[]).map(
        (row) => ({ ...row, labels: parsed(row["labels"]) }) as unknown as AlertEvent,
      ),
    lastFired: () => {
      const rows = database.query("SELECT rule, max(at_ms) AS atMs FROM alert_events WHERE state = 'firing' GROUP BY rule").all();
      return new Map((rows as { rule: string; atMs: number }[]).map(({ rule, atMs }) => [rule, atMs]));
    },
    forgetEvents: (keptMost) => database.query("DELETE FROM alert_events WHERE id <= (SELECT max(id) FROM alert_events) - ?").run(keptMost).changes,
  };
}

function parsed(text: SQLQueryBindings | undefined): unknown {
  return JSON.parse(text as string);
}
