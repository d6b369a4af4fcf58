import { afterAll, beforeAll, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { eventWhere } from "./event-list.ts";
import { linkSource } from "./link-list.ts";
import { migrate } from "./migrations.ts";
import { pageSql } from "./page.ts";
import type { EventFilter, LinkFilter } from "../store.ts";

let database: Database;

beforeAll(() => {
  database = new Database(":memory:");
  migrate(database);
});
afterAll(() => database.close());

const planOf = (sql: string, bindings: unknown[]): string =>
  (database.query(`EXPLAIN QUERY PLAN ${sql}`).all(...(bindings as string[])) as { detail: string }[]).map(({ detail }) => detail).join("\n");

const linkFilters: [LinkFilter, string][] = [
  [{ userId: 1 }, "links_owner"],
  [{ userId: 1, isActive: false }, "links_owner"],
  [{ isActive: false }, "links_state"],
  [{ shortCode: "abc" }, "sqlite_autoindex_links_1"],
  [{ title: "x" }, "links_title"],
  [{ tag: "ops" }, "SEARCH link_tags USING PRIMARY KEY"],
  [{ words: "ops review" }, "link_words VIRTUAL TABLE INDEX"],
];

for (const [filter, index] of linkFilters) {
  test(`links by ${Object.keys(filter).join(" and ")} are found through an index and come in order`, () => {
    const found = linkSource(filter);
    if (!found) throw new Error("no source");
    const { sql, bindings } = pageSql(found.source, found.where, { limit: 100, offset: 0 });
    const plan = planOf(sql, bindings);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/SCAN links(?! USING| VIRTUAL)/);
  });
}

const eventFilters: [EventFilter, string][] = [
  [{ urlId: 1 }, "events_url"],
  [{ userId: 1 }, "events_user"],
  [{ type: "updated" }, "events_type"],
  [{ fromMs: 5, toMs: 9 }, "events_at"],
];

for (const [filter, index] of eventFilters) {
  test(`events by ${Object.keys(filter).join(" and ")} are counted through an index`, () => {
    const { conditions, bindings } = eventWhere(filter);
    expect(planOf(`SELECT count(*) FROM (SELECT 1 FROM events WHERE ${conditions.join(" AND ")} LIMIT 10001)`, bindings)).toContain(index);
  });
}
