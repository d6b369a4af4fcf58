import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Evidence, Incident, IncidentAlert, IncidentFilter, IncidentStore, NewEntry, TimelineEntry } from "../../desk/incident-store.ts";

/** Column of each field of an incident. */
const columns = {
  title: "title",
  severity: "severity",
  service: "service",
  slo: "slo",
  groupKey: "group_key",
  state: "state",
  isDrill: "is_drill",
  impactStartedAtMs: "impact_started_at_ms",
  openedAtMs: "opened_at_ms",
  acknowledgedAtMs: "acknowledged_at_ms",
  acknowledgedBy: "acknowledged_by",
  mitigatedAtMs: "mitigated_at_ms",
  resolvedAtMs: "resolved_at_ms",
  reviewedAtMs: "reviewed_at_ms",
  mergedInto: "merged_into",
  publicPhase: "public_phase",
} as const satisfies Record<keyof Omit<Incident, "id" | "version">, string>;

const fields = Object.keys(columns) as (keyof typeof columns)[];
const selected = `SELECT id, version, ${fields.map((field) => `${columns[field]} AS "${field}"`).join(", ")} FROM incidents`;

type Row = Record<string, SQLQueryBindings>;

/** Most lines of a timeline that are read at once; the newest are left out beyond it, and no incident comes near. */
const timelineMost = 5_000;

/** Incidents in the desk's database. */
export function openIncidents(database: Database): IncidentStore {
  const find = (id: number): Incident | null => incidentOf(database.query(`${selected} WHERE id = ?`).get(id) as Row | null);
  const append = (incidentId: number, { atMs, kind, author, text, details = {} }: NewEntry): TimelineEntry => {
    const { lastInsertRowid } = database
      .query("INSERT INTO incident_timeline (incident_id, at_ms, kind, author, text, details) VALUES (?, ?, ?, ?, ?, ?)")
      .run(incidentId, atMs, kind, author, text, JSON.stringify(details));
    return { id: Number(lastInsertRowid), incidentId, atMs, kind, author, text, details };
  };

  return {
    together: (work) => inTransaction(database, work),
    find,
    append,
    open: (incident, entry) =>
      inTransaction(database, () => {
        const names = fields.map((field) => columns[field]);
        const { lastInsertRowid } = database
          .query(`INSERT INTO incidents (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
          .run(...fields.map((field) => stored(incident[field])));
        append(Number(lastInsertRowid), entry);
        return find(Number(lastInsertRowid)) as Incident;
      }),
    list: (filter) => listIncidents(database, filter),
    change: (id, version, change, entry) =>
      inTransaction(database, () => {
        const changed = Object.keys(change) as (keyof typeof columns)[];
        const sets = ["version = version + 1", ...changed.map((field) => `${columns[field]} = ?`)].join(", ");
        const values = changed.map((field) => stored(change[field] ?? null));
        const { changes } = database.query(`UPDATE incidents SET ${sets} WHERE id = ? AND version = ?`).run(...values, id, version);
        if (changes === 0) return null;
        append(id, entry);
        return find(id);
      }),
    timeline: (incidentId) =>
      (
        database
          .query(
            `SELECT id, incident_id AS incidentId, at_ms AS atMs, kind, author, text, details FROM incident_timeline WHERE incident_id = ? ORDER BY id LIMIT ${timelineMost}`,
          )
          .all(incidentId) as Row[]
      ).map((row) => ({ ...row, details: JSON.parse(row["details"] as string) }) as unknown as TimelineEntry),
    ...alertsOf(database),
    putEvidence: ({ incidentId, kind, capturedAtMs, content }) =>
      void database
        .query("INSERT OR REPLACE INTO incident_evidence (incident_id, kind, captured_at_ms, content) VALUES (?, ?, ?, ?)")
        .run(incidentId, kind, capturedAtMs, JSON.stringify(content)),
    evidence: (incidentId) =>
      (
        database
          .query("SELECT incident_id AS incidentId, kind, captured_at_ms AS capturedAtMs, content FROM incident_evidence WHERE incident_id = ?")
          .all(incidentId) as Row[]
      ).map((row) => ({ ...row, content: JSON.parse(row["content"] as string) }) as unknown as Evidence),
  };
}

function alertsOf(database: Database): Pick<IncidentStore, "putAlert" | "alerts" | "firing" | "findByAlert" | "moveAlerts"> {
  return {
    putAlert: ({ incidentId, fingerprint, name, labels, annotations, startsAtMs, endsAtMs }) =>
      void database
        .query(
          "INSERT OR REPLACE INTO incident_alerts (incident_id, fingerprint, starts_at_ms, ends_at_ms, name, labels, annotations) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .run(incidentId, fingerprint, startsAtMs, endsAtMs, name, JSON.stringify(labels), JSON.stringify(annotations)),
    alerts: (incidentId) => (database.query(`${alertsSelected} WHERE incident_id = ? ORDER BY starts_at_ms, name`).all(incidentId) as Row[]).map(alertOf),
    firing: (incidentId, limit) =>
      (database.query(`${alertsSelected} WHERE incident_id = ? AND ends_at_ms IS NULL LIMIT ?`).all(incidentId, limit) as Row[]).map(alertOf),
    findByAlert: (fingerprint, startsAtMs) => {
      const row = database.query(`${alertsSelected} WHERE fingerprint = ? AND starts_at_ms = ? ORDER BY incident_id DESC`).get(fingerprint, startsAtMs);
      return row ? alertOf(row as Row) : null;
    },
    moveAlerts: (fingerprints, fromId, toId) =>
      inTransaction(database, () => {
        const move = database.query("UPDATE OR IGNORE incident_alerts SET incident_id = ? WHERE incident_id = ? AND fingerprint = ?");
        for (const fingerprint of fingerprints) move.run(toId, fromId, fingerprint);
      }),
  };
}

const alertsSelected =
  "SELECT incident_id AS incidentId, fingerprint, name, labels, annotations, starts_at_ms AS startsAtMs, ends_at_ms AS endsAtMs FROM incident_alerts";

function listIncidents(database: Database, { states, groupKey, fromMs, toMs, beforeId, limit }: IncidentFilter): Incident[] {
  const conditions: string[] = [];
  const values: SQLQueryBindings[] = [];
  const require = (condition: string, ...bound: SQLQueryBindings[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (states) require(`state IN (${states.map(() => "?").join(", ")})`, ...states);
  if (groupKey !== undefined) require("group_key = ?", groupKey);
  if (fromMs !== undefined) require("opened_at_ms >= ?", fromMs);
  if (toMs !== undefined) require("opened_at_ms < ?", toMs);
  if (beforeId !== undefined) require("id < ?", beforeId);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  const rows = database.query(`${selected}${where} ORDER BY id DESC LIMIT ?`).all(...values, limit) as Row[];
  return rows.flatMap((row) => incidentOf(row) ?? []);
}

function incidentOf(row: Row | null): Incident | null {
  return row ? ({ ...row, isDrill: row["isDrill"] === 1 } as unknown as Incident) : null;
}

function alertOf(row: Row): IncidentAlert {
  return { ...row, labels: JSON.parse(row["labels"] as string), annotations: JSON.parse(row["annotations"] as string) } as unknown as IncidentAlert;
}

function stored(value: string | number | boolean | null): SQLQueryBindings {
  return typeof value === "boolean" ? Number(value) : value;
}

/** Runs within the transaction that is already open, or in one of its own. */
function inTransaction<T>(database: Database, work: () => T): T {
  return database.inTransaction ? work() : database.transaction(work).immediate();
}
