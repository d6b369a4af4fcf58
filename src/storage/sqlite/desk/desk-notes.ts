import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { DeskNotesStore, Heartbeat, KnownInstance, MaintenanceWindow, ServiceChange, Silence } from "../../desk/desk-notes-store.ts";

type Row = Record<string, SQLQueryBindings>;

/** Most rows of one answer. */
const rowsMost = 1_000;
/** Changes that are kept, and how long silences and windows are kept after their end, in milliseconds. */
const changesKept = 20_000;
const endedKeptMs = 34_560_000_000;

/** Silences, maintenance, changes, instances and heartbeats in the desk's database. */
export function openDeskNotes(database: Database): DeskNotesStore {
  return { ...silencesOf(database), ...maintenanceOf(database), ...changesOf(database), ...heartbeatsOf(database) };
}

function silencesOf(database: Database): Pick<DeskNotesStore, "silences" | "addSilence" | "endSilence"> {
  return {
    silences: (nowMs) =>
      (
        database
          .query(`SELECT id, matchers, from_ms AS fromMs, to_ms AS toMs, author, comment FROM silences WHERE to_ms > ? ORDER BY id LIMIT ${rowsMost}`)
          .all(nowMs) as Row[]
      ).map((row) => ({ ...row, matchers: JSON.parse(row["matchers"] as string) }) as unknown as Silence),
    addSilence: (silence) => {
      const { matchers, fromMs, toMs, author, comment } = silence;
      database.query("DELETE FROM silences WHERE to_ms < ?").run(fromMs - endedKeptMs);
      const { lastInsertRowid } = database
        .query("INSERT INTO silences (matchers, from_ms, to_ms, author, comment) VALUES (?, ?, ?, ?, ?)")
        .run(JSON.stringify(matchers), fromMs, toMs, author, comment);
      return { id: Number(lastInsertRowid), ...silence };
    },
    endSilence: (id, nowMs) => database.query("UPDATE silences SET to_ms = ? WHERE id = ? AND to_ms > ?").run(nowMs, id, nowMs).changes > 0,
  };
}

function maintenanceOf(database: Database): Pick<DeskNotesStore, "maintenance" | "addMaintenance" | "removeMaintenance"> {
  return {
    maintenance: (sinceMs) =>
      database
        .query(`SELECT id, service, from_ms AS fromMs, to_ms AS toMs, comment, author FROM maintenance WHERE to_ms > ? ORDER BY from_ms LIMIT ${rowsMost}`)
        .all(sinceMs) as MaintenanceWindow[],
    addMaintenance: (window) => {
      const { service, fromMs, toMs, comment, author } = window;
      database.query("DELETE FROM maintenance WHERE to_ms < ?").run(fromMs - endedKeptMs);
      const { lastInsertRowid } = database
        .query("INSERT INTO maintenance (service, from_ms, to_ms, comment, author) VALUES (?, ?, ?, ?, ?)")
        .run(service, fromMs, toMs, comment, author);
      return { id: Number(lastInsertRowid), ...window };
    },
    removeMaintenance: (id) => database.query("DELETE FROM maintenance WHERE id = ?").run(id).changes > 0,
  };
}

function changesOf(database: Database): Pick<DeskNotesStore, "addChange" | "changes" | "instances" | "putInstance"> {
  return {
    addChange: ({ kind, atMs, service, instance, version, text }) => {
      const { lastInsertRowid } = database
        .query("INSERT INTO service_changes (kind, at_ms, service, instance, version, text) VALUES (?, ?, ?, ?, ?, ?)")
        .run(kind, atMs, service, instance, version, text);
      database.query("DELETE FROM service_changes WHERE id <= ?").run(Number(lastInsertRowid) - changesKept);
    },
    changes: ({ fromMs, toMs }) =>
      (
        database
          .query(
            `SELECT kind, at_ms AS atMs, service, instance, version, text FROM service_changes
             WHERE at_ms >= ? AND at_ms <= ? ORDER BY at_ms DESC, id DESC LIMIT ${rowsMost}`,
          )
          .all(fromMs, toMs) as ServiceChange[]
      ).toReversed(),
    instances: () => database.query("SELECT instance, version, started_at_ms AS startedAtMs FROM instances").all() as KnownInstance[],
    putInstance: ({ instance, version, startedAtMs }) =>
      void database.query("INSERT OR REPLACE INTO instances (instance, version, started_at_ms) VALUES (?, ?, ?)").run(instance, version, startedAtMs),
  };
}

function heartbeatsOf(database: Database): Pick<DeskNotesStore, "heartbeats" | "putHeartbeat" | "removeHeartbeat"> {
  return {
    heartbeats: () =>
      (
        database
          .query(`SELECT job, every_ms AS everyMs, gaps_ms AS gapsMs, last_at_ms AS lastAtMs FROM heartbeats ORDER BY job LIMIT ${rowsMost}`)
          .all() as Row[]
      ).map((row) => ({ ...row, gapsMs: JSON.parse(row["gapsMs"] as string) }) as unknown as Heartbeat),
    putHeartbeat: ({ job, everyMs, gapsMs, lastAtMs }) =>
      void database
        .query("INSERT OR REPLACE INTO heartbeats (job, every_ms, gaps_ms, last_at_ms) VALUES (?, ?, ?, ?)")
        .run(job, everyMs, JSON.stringify(gapsMs), lastAtMs),
    removeHeartbeat: (job) => void database.query("DELETE FROM heartbeats WHERE job = ?").run(job),
  };
}
