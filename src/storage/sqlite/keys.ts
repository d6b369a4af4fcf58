import type { Key, KeyStore, Role } from "../store.ts";
import type { Writer } from "./writer.ts";

interface KeyRow {
  id: number;
  name: string;
  role: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

/** Last use is written at most this often, in milliseconds. */
const lastUseEveryMs = 60_000;

function keyOf(row: KeyRow): Key {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    revokedAtMs: row.revoked_at,
    lastUsedAtMs: row.last_used_at,
  };
}

/** API keys, by the SHA-256 of their secret. */
export function createKeyStore(writer: Writer): KeyStore {
  const { database } = writer;
  const columns = "id, name, role, created_at, expires_at, revoked_at, last_used_at";
  const insert = database.prepare<KeyRow, [string, string, string, number, number | null]>(
    `INSERT INTO keys (name, role, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?) RETURNING ${columns}`,
  );
  const all = database.prepare<KeyRow, []>(`SELECT ${columns} FROM keys ORDER BY id`);
  const byHash = database.prepare<KeyRow, [string]>(`SELECT ${columns} FROM keys WHERE hash = ?`);
  const use = database.prepare<void, [number, number]>("UPDATE keys SET last_used_at = ? WHERE id = ?");
  const revoke = database.prepare<void, [number, number]>("UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL");
  return {
    create: ({ name, role, hash, expiresAtMs }, nowMs) => writer.write("keys.create", () => keyOf(insert.get(name, role, hash, nowMs, expiresAtMs) as KeyRow)),
    list: async () => writer.read("keys.list", () => all.all().map(keyOf)),
    verify: async (hash, nowMs) => {
      const row = writer.read("keys.verify", () => byHash.get(hash));
      if (!row || row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= nowMs)) return null;
      // A key must work while the store is locked, so the note of its use may fail.
      if (nowMs - (row.last_used_at ?? 0) > lastUseEveryMs) void writer.write("keys.use", () => use.run(nowMs, row.id)).catch(() => {});
      return keyOf(row);
    },
    revoke: (id, nowMs) => writer.write("keys.revoke", () => revoke.run(nowMs, id).changes > 0),
  };
}
