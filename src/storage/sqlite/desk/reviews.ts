import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { Action, Drill, ReviewStore, SavedPostmortem } from "../../desk/review-store.ts";

type Row = Record<string, SQLQueryBindings>;

/** Most rows of one answer. */
const rowsMost = 1_000;

const actionsSelected = `SELECT id, incident_id AS incidentId, text, owner, due_at_ms AS dueAtMs, done_at_ms AS doneAtMs FROM actions`;
const drillsSelected = `SELECT id, scenario, started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs, detected_ms AS detectedMs, mailed_ms AS mailedMs,
  recovered_ms AS recoveredMs, false_pages AS falsePages, passed, note FROM drills`;

const actionColumns = { text: "text", owner: "owner", dueAtMs: "due_at_ms", doneAtMs: "done_at_ms" } as const;
const drillColumns = {
  startedAtMs: "started_at_ms",
  endedAtMs: "ended_at_ms",
  detectedMs: "detected_ms",
  mailedMs: "mailed_ms",
  recoveredMs: "recovered_ms",
  falsePages: "false_pages",
  passed: "passed",
  note: "note",
} as const;

/** Post-mortems, actions and drills in the desk's database. */
export function openReviews(database: Database): ReviewStore {
  return { ...postmortemsOf(database), ...actionsOf(database), ...drillsOf(database) };
}

function postmortemsOf(database: Database): Pick<ReviewStore, "postmortem" | "savePostmortem"> {
  return {
    postmortem: (incidentId) =>
      database
        .query("SELECT incident_id AS incidentId, text, version, saved_at_ms AS savedAtMs, saved_by AS savedBy FROM postmortems WHERE incident_id = ?")
        .get(incidentId) as SavedPostmortem | null,
    savePostmortem: (saved, version) => {
      const { incidentId, text, savedAtMs, savedBy } = saved;
      const { changes } =
        version === 0
          ? database
              .query("INSERT OR IGNORE INTO postmortems (incident_id, text, version, saved_at_ms, saved_by) VALUES (?, ?, 1, ?, ?)")
              .run(incidentId, text, savedAtMs, savedBy)
          : database
              .query("UPDATE postmortems SET text = ?, version = version + 1, saved_at_ms = ?, saved_by = ? WHERE incident_id = ? AND version = ?")
              .run(text, savedAtMs, savedBy, incidentId, version);
      return changes > 0 ? { ...saved, version: version + 1 } : null;
    },
  };
}

function actionsOf(database: Database): Pick<ReviewStore, "addAction" | "findAction" | "changeAction" | "actions"> {
  const findAction = (id: number): Action | null => database.query(`${actionsSelected} WHERE id = ?`).get(id) as Action | null;
  return {
    findAction,
    addAction: (action) => {
      const { incidentId, text, owner, dueAtMs } = action;
      const { lastInsertRowid } = database
        .query("INSERT INTO actions (incident_id, text, owner, due_at_ms) VALUES (?, ?, ?, ?)")
        .run(incidentId, text, owner, dueAtMs);
      return { id: Number(lastInsertRowid), ...action, doneAtMs: null };
    },
    changeAction: (id, change) => {
      update({ database, table: "actions", columns: actionColumns, id, change });
      return findAction(id);
    },
    actions: ({ incidentId, isOpen }) => {
      const conditions = [...(incidentId === undefined ? [] : ["incident_id = ?"]), ...(isOpen === true ? ["done_at_ms IS NULL"] : [])];
      const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
      return database.query(`${actionsSelected}${where} ORDER BY id DESC LIMIT ${rowsMost}`).all(...(incidentId === undefined ? [] : [incidentId])) as Action[];
    },
  };
}

function drillsOf(database: Database): Pick<ReviewStore, "addDrill" | "changeDrill" | "drills"> {
  const find = (id: number): Drill | null => drillOf(database.query(`${drillsSelected} WHERE id = ?`).get(id) as Row | null);
  return {
    addDrill: ({ scenario, startedAtMs, note }) => {
      const { lastInsertRowid } = database.query("INSERT INTO drills (scenario, started_at_ms, note) VALUES (?, ?, ?)").run(scenario, startedAtMs, note);
      return find(Number(lastInsertRowid)) as Drill;
    },
    changeDrill: (id, change) => {
      update({ database, table: "drills", columns: drillColumns, id, change });
      return find(id);
    },
    drills: (limit) => (database.query(`${drillsSelected} ORDER BY id DESC LIMIT ?`).all(limit) as Row[]).flatMap((row) => drillOf(row) ?? []),
  };
}

interface Update {
  readonly database: Database;
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly id: number;
  readonly change: Readonly<Record<string, string | number | boolean | null | undefined>>;
}

function update({ database, table, columns, id, change }: Update): void {
  const fields = Object.keys(change).filter((field) => change[field] !== undefined);
  if (fields.length === 0) return;
  const values = fields.map((field): SQLQueryBindings => {
    const value = change[field] ?? null;
    return typeof value === "boolean" ? Number(value) : value;
  });
  database.query(`UPDATE ${table} SET ${fields.map((field) => `${columns[field]} = ?`).join(", ")} WHERE id = ?`).run(...values, id);
}

function drillOf(row: Row | null): Drill | null {
  return row ? ({ ...row, passed: row["passed"] === null ? null : row["passed"] === 1 } as unknown as Drill) : null;
}
