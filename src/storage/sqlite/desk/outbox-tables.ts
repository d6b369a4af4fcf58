/** What people were told, what is still to be sent, how channels fared, and what signs and spends the links in mails. */
export const outboxTables = `
  CREATE TABLE notified (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    severity TEXT NOT NULL,
    UNIQUE (incident_id, reason, occurrence)
  );
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    notification TEXT NOT NULL,
    incident_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    is_urgent INTEGER NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    next_attempt_at_ms INTEGER NOT NULL,
    claimed_at_ms INTEGER,
    finished_at_ms INTEGER,
    last_fault TEXT
  );
  CREATE INDEX outbox_waiting ON outbox (channel, recipient, incident_id, id) WHERE state = 'waiting';
  CREATE INDEX outbox_by_need ON outbox (is_urgent, id) WHERE state = 'waiting';
  CREATE INDEX outbox_finished ON outbox (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
  CREATE TABLE outbox_channels (
    name TEXT PRIMARY KEY,
    last_sent_at_ms INTEGER,
    last_fault TEXT,
    last_fault_at_ms INTEGER
  );
  CREATE TABLE desk_keys (name TEXT PRIMARY KEY, key BLOB NOT NULL);
  CREATE TABLE used_links (digest TEXT PRIMARY KEY, expires_at_ms INTEGER NOT NULL);
  CREATE INDEX used_links_by_expiry ON used_links (expires_at_ms);
`;
