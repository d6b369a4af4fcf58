import type { Database, SQLQueryBindings } from "bun:sqlite";
import { type Page, type PageRequest, totalCountLimit } from "../store.ts";

/** Conditions joined by AND, and what is bound to them. */
export interface Where {
  conditions: string[];
  bindings: SQLQueryBindings[];
}

/** The conditions of the filters that are given. */
export function whereOf(...given: (readonly [condition: string, value: SQLQueryBindings | undefined])[]): Where {
  const present = given.filter(([, value]) => value !== undefined);
  return { conditions: present.map(([condition]) => condition), bindings: present.map(([, value]) => value as SQLQueryBindings) };
}

/** Where rows are found and what is selected of them. */
export interface ListSource {
  columns: string;
  from: string;
  idColumn: string;
}

/** One page in id order, and a count that stops at `totalCountLimit`. */
export function readPage<Row>(database: Database, source: ListSource, where: Where, page: PageRequest): Page<Row> {
  const { sql, bindings } = pageSql(source, where, page);
  const items = database.query<Row, SQLQueryBindings[]>(sql).all(...bindings);
  return { items, ...countUpTo(database, source.from, where) };
}

/** The statement of a page, for `readPage` and for the test that reads its plan. */
export function pageSql({ columns, from, idColumn }: ListSource, where: Where, page: PageRequest): { sql: string; bindings: SQLQueryBindings[] } {
  const conditions = page.afterId === undefined ? where.conditions : [...where.conditions, `${idColumn} > ?`];
  const after = page.afterId === undefined ? [] : [page.afterId];
  return {
    sql: `SELECT ${columns} FROM ${from} WHERE ${conditions.join(" AND ") || "1"} ORDER BY ${idColumn} LIMIT ? OFFSET ?`,
    bindings: [...where.bindings, ...after, page.limit, page.offset],
  };
}

/** Counts matches, all pages together, up to the limit. */
export function countUpTo(database: Database, from: string, where: Where): Pick<Page<never>, "total" | "isTotalExact"> {
  const sql = `SELECT count(*) AS total FROM (SELECT 1 FROM ${from} WHERE ${where.conditions.join(" AND ") || "1"} LIMIT ${totalCountLimit + 1})`;
  const { total } = database.query<{ total: number }, SQLQueryBindings[]>(sql).get(...where.bindings) as { total: number };
  return cappedTotal(total);
}

/** A count as a page tells it. */
export function cappedTotal(total: number): Pick<Page<never>, "total" | "isTotalExact"> {
  return total > totalCountLimit ? { total: totalCountLimit, isTotalExact: false } : { total, isTotalExact: true };
}
