import type { Database } from "bun:sqlite";
import type { Page, PageRequest, User, UserFilter } from "../store.ts";
import { readPage, whereOf } from "./page.ts";
import { userOf, type UserRow } from "./users.ts";

/** Living users by exact name, or by email whatever its case. */
export function listUsers(database: Database, { filter, page }: { filter: UserFilter; page: PageRequest }): Page<User> {
  const where = whereOf(["username = ?", filter.username], ["email = ? COLLATE NOCASE", filter.email]);
  where.conditions.push("deleted_at IS NULL");
  const found = readPage<UserRow>(database, { columns: "id, username, email, created_at, deleted_at", from: "users", idColumn: "id" }, where, page);
  return { ...found, items: found.items.map(userOf) };
}
