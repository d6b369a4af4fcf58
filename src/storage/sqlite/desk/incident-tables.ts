/** Incidents, their alerts, evidence and timeline. The timeline only grows: triggers refuse anything else. */
export const incidentTables = `
  CREATE TABLE incidents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    service TEXT NOT NULL,
    slo TEXT,
    group_key TEXT NOT NULL,
    state TEXT NOT NULL,
    is_drill INTEGER NOT NULL,
    impact_started_at_ms INTEGER NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    acknowledged_at_ms INTEGER,
    acknowledged_by TEXT,
    mitigated_at_ms INTEGER,
    resolved_at_ms INTEGER,
    reviewed_at_ms INTEGER,
    merged_into INTEGER,
    public_phase TEXT
  );
  CREATE INDEX incidents_by_state ON incidents (state, id);
  CREATE INDEX incidents_by_group ON incidents (group_key, id);
  CREATE INDEX incidents_by_opening ON incidents (opened_at_ms);
  CREATE TABLE incident_alerts (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    fingerprint TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER,
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    PRIMARY KEY (incident_id, fingerprint, starts_at_ms)
  );
  CREATE INDEX incident_alerts_by_fingerprint ON incident_alerts (fingerprint, starts_at_ms);
  CREATE TABLE incident_timeline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author TEXT,
    text TEXT NOT NULL,
    details TEXT NOT NULL
  );
  CREATE INDEX incident_timeline_by_incident ON incident_timeline (incident_id, id);
  CREATE TRIGGER timeline_is_never_changed BEFORE UPDATE ON incident_timeline BEGIN SELECT RAISE(ABORT, 'the timeline only grows'); END;
  CREATE TRIGGER timeline_is_never_removed BEFORE DELETE ON incident_timeline BEGIN SELECT RAISE(ABORT, 'the timeline only grows'); END;
  CREATE TABLE incident_evidence (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL,
    captured_at_ms INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (incident_id, kind)
  );
`;
