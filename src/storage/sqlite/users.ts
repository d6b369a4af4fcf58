import type { ExportedUser, ImportedUser, ImportOutcome, User, UserStore } from "../store.ts";
import { isUniqueViolation } from "./database.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

export interface UserRow {
  id: number;
  username: string;
  email: string;
  created_at: number;
  deleted_at: number | null;
}

/** A user from its row. */
export function userOf(row: UserRow): User {
  return { id: row.id, username: row.username, email: row.email, createdAtMs: row.created_at };
}

/**
 * Users. Each distinct username and each distinct email (whatever its case) of the living rows is claimed by exactly one
 * of them, under a unique constraint: a created user must win both claims, an imported repeat goes without.
 */
export function createUserStore(writer: Writer, reader: Reader): UserStore {
  const { database } = writer;
  const byId = database.prepare<UserRow, [number]>("SELECT id, username, email, created_at, deleted_at FROM users WHERE id = ?");
  const byIdentity = database.prepare<UserRow, [string, string]>(
    "SELECT id, username, email, created_at, deleted_at FROM users WHERE username = ? AND email = ? AND deleted_at IS NULL ORDER BY id LIMIT 1",
  );
  const insert = database.prepare<void, [number | null, string, string, number, number | null]>(
    "INSERT INTO users (id, username, email, created_at, deleted_at) VALUES (?, ?, ?, ?, ?)",
  );
  const change = database.prepare(
    "UPDATE users SET username = ?, email = ?, created_at = ?, deleted_at = ?, username_claim = NULL, email_claim = NULL WHERE id = ?",
  );
  const claimUsername = database.prepare<void, [number]>("UPDATE users SET username_claim = username WHERE id = ?");
  const claimEmail = database.prepare<void, [number]>("UPDATE users SET email_claim = lower(email) WHERE id = ?");
  const passUsername = database.prepare<void, [string]>(
    "UPDATE OR IGNORE users SET username_claim = username WHERE id = (SELECT min(id) FROM users WHERE username = ? AND deleted_at IS NULL)",
  );
  const passEmail = database.prepare<void, [string]>(
    "UPDATE OR IGNORE users SET email_claim = lower(email) WHERE id = (SELECT min(id) FROM users WHERE email = ? COLLATE NOCASE AND deleted_at IS NULL)",
  );
  const exported = database.prepare<UserRow, [number, number]>(
    "SELECT id, username, email, created_at, deleted_at FROM users WHERE id > ? ORDER BY id LIMIT ?",
  );

  const living = (id: number): UserRow | null => {
    const row = byId.get(id);
    return row && row.deleted_at === null ? row : null;
  };
  /** Wins a claim for a row, or throws so that the transaction rolls back. */
  const win = (claim: typeof claimUsername, id: number, outcome: Taken["outcome"]): void => {
    try {
      claim.run(id);
    } catch (error) {
      throw isUniqueViolation(error) ? new Taken(outcome) : error;
    }
  };
  /** Gives names that a row let go, or brought in, to the oldest living row that has them. */
  const passClaims = (row: { username: string; email: string }): void => {
    passUsername.run(row.username);
    passEmail.run(row.email);
  };
  const importRow = (row: ImportedUser): ImportOutcome => {
    const deletedAtMs = row.deletedAtMs ?? null;
    const known = row.id === undefined ? byIdentity.get(row.username, row.email) : byId.get(row.id);
    if (!known) {
      const id = Number(insert.run(row.id ?? null, row.username, row.email, row.createdAtMs, deletedAtMs).lastInsertRowid);
      if (deletedAtMs === null) passClaims(row);
      return { outcome: "created", id };
    }
    const isSame = known.username === row.username && known.email === row.email && known.deleted_at === deletedAtMs;
    if (isSame && (row.id === undefined || known.created_at === row.createdAtMs)) return { outcome: "unchanged", id: known.id };
    change.run(row.username, row.email, row.createdAtMs, deletedAtMs, known.id);
    passClaims(known);
    passClaims(row);
    return { outcome: "updated", id: known.id };
  };

  return {
    create: (user, nowMs) =>
      takenAsOutcome(
        writer.write("users.create", () => {
          const id = Number(insert.run(null, user.username, user.email, nowMs, null).lastInsertRowid);
          win(claimUsername, id, "username_taken");
          win(claimEmail, id, "email_taken");
          return { outcome: "created" as const, user: { id, ...user, createdAtMs: nowMs } };
        }),
      ),
    get: async (id) => {
      const row = writer.read("users.get", () => living(id));
      return row && userOf(row);
    },
    list: (filter, page) => reader.ask("users.list", { filter, page }),
    update: (id, changes) =>
      takenAsOutcome(
        writer.write("users.update", () => {
          const before = living(id);
          if (!before) return { outcome: "not_found" as const };
          const after = { ...before, ...changes };
          if (after.username === before.username && after.email === before.email) return { outcome: "updated" as const, user: userOf(before) };
          change.run(after.username, after.email, before.created_at, null, id);
          if (after.username !== before.username) win(claimUsername, id, "username_taken");
          if (after.email.toLowerCase() !== before.email.toLowerCase()) win(claimEmail, id, "email_taken");
          passClaims(before);
          passClaims(after);
          return { outcome: "updated" as const, user: userOf(after) };
        }),
      ),
    delete: (id, nowMs) =>
      writer.write("users.delete", () => {
        const before = living(id);
        if (!before) return false;
        change.run("", "", before.created_at, nowMs, id);
        passClaims(before);
        return true;
      }),
    importBatch: (rows) => writer.write("users.import", () => rows.map(importRow)),
    exportBatch: async (afterId, limit) =>
      writer.read("users.export", () => exported.all(afterId, limit).map((row): ExportedUser => ({ ...userOf(row), deletedAtMs: row.deleted_at }))),
  };
}

/** Carries a lost claim out of a transaction, which it rolls back on its way. */
class Taken extends Error {
  constructor(readonly outcome: "username_taken" | "email_taken") {
    super(outcome);
  }
}

async function takenAsOutcome<T>(result: Promise<T>): Promise<T | { outcome: Taken["outcome"] }> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Taken) return { outcome: error.outcome };
    throw error;
  }
}
