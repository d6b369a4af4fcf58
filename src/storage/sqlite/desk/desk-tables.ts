/** Alerts and their history; what people and programs tell the desk; what is learnt from incidents. */
export const deskTables = `
  CREATE INDEX incident_alerts_firing ON incident_alerts (incident_id) WHERE ends_at_ms IS NULL;
  CREATE TABLE alerts (
    fingerprint TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    rule TEXT NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    state TEXT NOT NULL,
    active_at_ms INTEGER NOT NULL,
    fired_at_ms INTEGER,
    ended_at_ms INTEGER,
    told_start_ms INTEGER,
    heard_at_ms INTEGER NOT NULL
  );
  CREATE TABLE alert_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    labels TEXT NOT NULL,
    state TEXT NOT NULL
  );
  CREATE INDEX alert_events_by_rule ON alert_events (rule, at_ms) WHERE state = 'firing';
  CREATE TABLE silences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    matchers TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    author TEXT NOT NULL,
    comment TEXT NOT NULL
  );
  CREATE INDEX silences_by_end ON silences (to_ms);
  CREATE TABLE maintenance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    service TEXT,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    comment TEXT NOT NULL,
    author TEXT NOT NULL
  );
  CREATE INDEX maintenance_by_end ON maintenance (to_ms);
  CREATE TABLE service_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    service TEXT NOT NULL,
    instance TEXT,
    version TEXT,
    text TEXT NOT NULL
  );
  CREATE INDEX service_changes_by_time ON service_changes (at_ms);
  CREATE TABLE instances (instance TEXT PRIMARY KEY, version TEXT, started_at_ms INTEGER);
  CREATE TABLE heartbeats (job TEXT PRIMARY KEY, every_ms INTEGER, gaps_ms TEXT NOT NULL, last_at_ms INTEGER NOT NULL);
  CREATE TABLE postmortems (
    incident_id INTEGER PRIMARY KEY REFERENCES incidents (id),
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    saved_by TEXT NOT NULL
  );
  CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    text TEXT NOT NULL,
    owner TEXT,
    due_at_ms INTEGER,
    done_at_ms INTEGER
  );
  CREATE INDEX actions_by_incident ON actions (incident_id);
  CREATE TABLE drills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scenario TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    detected_ms INTEGER,
    mailed_ms INTEGER,
    recovered_ms INTEGER,
    false_pages INTEGER NOT NULL DEFAULT 0,
    passed INTEGER,
    note TEXT NOT NULL
  );
`;
