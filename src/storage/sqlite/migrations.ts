import type { Database } from "bun:sqlite";
import { OperatorError } from "../../errors.ts";

/** Each step runs once, in its own transaction; a landed step never changes. `user_version` counts the steps taken. */
const steps: readonly string[] = [
  `
  -- A name is claimed by one row, so that created users are unique although imported repeats keep theirs.
  CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL,
    email TEXT NOT NULL,
    username_claim TEXT UNIQUE,
    email_claim TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
  );
  CREATE INDEX users_username ON users (username) WHERE deleted_at IS NULL;
  CREATE INDEX users_email ON users (email COLLATE NOCASE) WHERE deleted_at IS NULL;

  -- normalized_url is kept where it differs from original_url.
  -- Deleted links stay as tombstones: the unique code is what keeps it from being reissued.
  CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    short_code TEXT NOT NULL UNIQUE,
    original_url TEXT NOT NULL,
    normalized_url TEXT,
    url_hash INTEGER NOT NULL,
    destination_version INTEGER NOT NULL DEFAULT 0,
    title TEXT,
    is_active INTEGER NOT NULL,
    expires_at INTEGER,
    max_clicks INTEGER,
    uses INTEGER NOT NULL DEFAULT 0,
    earlier_clicks INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL DEFAULT '[]',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  );
  CREATE INDEX links_owner ON links (user_id) WHERE deleted_at IS NULL;
  CREATE INDEX links_owner_url ON links (user_id, url_hash) WHERE deleted_at IS NULL AND is_active = 1 AND expires_at IS NULL AND max_clicks IS NULL;
  CREATE INDEX links_state ON links (is_active) WHERE deleted_at IS NULL;
  CREATE INDEX links_title ON links (title COLLATE NOCASE) WHERE deleted_at IS NULL AND title IS NOT NULL;
  CREATE TABLE link_tags (tag TEXT NOT NULL, link_id INTEGER NOT NULL, PRIMARY KEY (tag, link_id)) WITHOUT ROWID;
  CREATE TABLE link_destinations (link_id INTEGER NOT NULL, version INTEGER NOT NULL, original_url TEXT NOT NULL, PRIMARY KEY (link_id, version)) WITHOUT ROWID;
  CREATE VIRTUAL TABLE link_words USING fts5 (short_code, title, original_url, content = '', contentless_delete = 1, detail = none);

  -- Events and clicks share one sequence of ids, so that together they read as one list.
  CREATE TABLE progress (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO progress VALUES ('event_id', 0), ('rolled_up_to', 0), ('sealed_to', 0), ('words_to', 0);
  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    url_id INTEGER,
    user_id INTEGER,
    event_type TEXT NOT NULL,
    at INTEGER NOT NULL,
    details TEXT NOT NULL
  );
  CREATE INDEX events_url ON events (url_id);
  CREATE INDEX events_user ON events (user_id);
  CREATE INDEX events_type ON events (event_type);
  CREATE INDEX events_at ON events (at);

  -- The click log has no index: a random one costs more than the redirect itself. Postings of sealed chunks stand in for it.
  CREATE TABLE clicks (
    id INTEGER PRIMARY KEY,
    link_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    destination_version INTEGER NOT NULL,
    is_bot INTEGER NOT NULL,
    client_address TEXT,
    referrer TEXT,
    user_agent TEXT
  );
  CREATE TABLE click_chunks (first_id INTEGER PRIMARY KEY, last_id INTEGER NOT NULL, clicks INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL);
  CREATE TABLE click_postings (chunk INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL, ids BLOB NOT NULL, clicks INTEGER NOT NULL, PRIMARY KEY (chunk, kind, key)) WITHOUT ROWID;
  CREATE TABLE click_totals (link_id INTEGER PRIMARY KEY, clicks INTEGER NOT NULL, bots INTEGER NOT NULL);
  CREATE TABLE click_days (link_id INTEGER NOT NULL, day INTEGER NOT NULL, hours TEXT NOT NULL, traits TEXT NOT NULL, PRIMARY KEY (link_id, day)) WITHOUT ROWID;
  CREATE TABLE shipped_batches (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
  );
  CREATE TABLE answers (key TEXT PRIMARY KEY, request_hash TEXT NOT NULL, reserved_at INTEGER NOT NULL, status INTEGER, headers TEXT, body TEXT) WITHOUT ROWID;
  CREATE INDEX answers_reserved_at ON answers (reserved_at);
  `,
];

/** The schema this program writes. */
export const schemaVersion = steps.length;

/** The schema a database has; 0 for a new file. */
export function schemaVersionOf(database: Database): number {
  return (database.query("PRAGMA user_version").get() as { user_version: number }).user_version;
}

/** Brings a database to `schemaVersion`. @throws OperatorError when a newer program has written it */
export function migrate(database: Database): void {
  const found = schemaVersionOf(database);
  if (found > schemaVersion) {
    throw new OperatorError(
      `The store has schema ${found}, this program knows up to ${schemaVersion}: start a newer version of the program, or restore an older backup.`,
    );
  }
  for (let version = found; version < schemaVersion; version++) {
    database
      .transaction(() => {
        if (schemaVersionOf(database) > version) return; // another process took this step while we waited for the lock
        database.run(steps[version] as string);
        database.run(`PRAGMA user_version = ${version + 1}`);
      })
      .immediate();
  }
}
