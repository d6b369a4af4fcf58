import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { plainClick, plainLink } from "../contract/rows.ts";
import type { EventFilter, Store } from "../store.ts";
import { packIds, unpackIds } from "./id-list.ts";
import { databaseName, openSqliteStore } from "./open.ts";
import { chunkClicks } from "./postings.ts";

const traits = { referrer: "direct", browser: "unknown", system: "unknown", device: "unknown", country: "unknown" };
const start = Date.UTC(2026, 0, 1);
const links = 40;
const clicks = chunkClicks * 2 + 5_000;

/** Every way in which clicks are asked for. */
const filters: EventFilter[] = [
  { urlId: 7 },
  { userId: 2 },
  { urlId: 7, userId: 2 },
  { urlId: 7, userId: 1 },
  { fromMs: start + 30_000_000, toMs: start + 36_000_000 },
  { urlId: 3, fromMs: start + 40_000_000 },
  {},
];

test("packed ids come back as they were", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })), (ids) => {
      const sorted = ids.sort((a, b) => a - b);
      expect(unpackIds(packIds(sorted))).toEqual(sorted);
    }),
  );
});

describe("a click log of several sealed chunks and a tail", () => {
  let folder: string;
  let store: Store;
  const made: { linkId: number; atMs: number }[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "srenity-clicks-"));
    store = await openSqliteStore({ folder, sync: "normal", describe: () => traits });
    for (const name of ["ann", "bob"]) await store.users.create({ username: name, email: `${name}@example.com` }, start);
    for (let link = 1; link <= links; link++) await store.links.create(plainLink({ userId: (link % 2) + 1, shortCode: `link${link}` }), start);
    let state = 7;
    for (let done = 0; done < clicks;) {
      const batch = Array.from({ length: 500 }, (_, index) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return plainClick({ urlId: (state % links) + 1, atMs: start + (done + index) * 1_000 });
      });
      await store.clicks.commit(batch);
      made.push(...batch.map(({ urlId, atMs }) => ({ linkId: urlId, atMs })));
      done += batch.length;
    }
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const expected = (filter: EventFilter) =>
    made.filter(
      ({ linkId, atMs }) =>
        (filter.urlId === undefined || linkId === filter.urlId) &&
        (filter.userId === undefined || (linkId % 2) + 1 === filter.userId) &&
        atMs >= (filter.fromMs ?? 0) &&
        atMs < (filter.toMs ?? Infinity),
    );
  const check = async (): Promise<void> => {
    for (const filter of filters) {
      const want = expected(filter);
      const offset = Math.floor(want.length / 2);
      const page = await store.events.list({ ...filter, type: "click" }, { limit: 50, offset });
      expect(page.items.map(({ urlId, atMs }) => ({ linkId: urlId, atMs }))).toEqual(want.slice(offset, offset + 50) as { linkId: number; atMs: number }[]);
      expect([page.total, page.isTotalExact]).toEqual(want.length > 10_000 ? [10_000, false] : [want.length, true]);
      const last = page.items.at(-1);
      if (!last) continue;
      const next = await store.events.list({ ...filter, type: "click" }, { limit: 5, offset: 0, afterId: last.id });
      expect(next.items.map(({ urlId, atMs }) => ({ linkId: urlId, atMs }))).toEqual(
        want.slice(offset + 50, offset + 55) as { linkId: number; atMs: number }[],
      );
    }
  };

  test("lists the same before, while and after it is sealed and rolled up, and after a restart", async () => {
    await check();
    for (let slice = 0; slice < 5; slice++) await store.maintain(start, 4);
    await check();
    while (await store.maintain(start, 50));
    await check();
    await store.close();
    store = await openSqliteStore({ folder, sync: "normal", describe: () => traits });
    await check();
  }, 60_000);

  test("an idle store does no work over and over, also after events have taken many ids", async () => {
    const empty = await mkdtemp(join(tmpdir(), "srenity-idle-"));
    const idle = await openSqliteStore({ folder: empty, sync: "normal", describe: () => traits });
    await idle.users.create({ username: "ann", email: "ann@example.com" }, start);
    await idle.links.create(plainLink(), start);
    await idle.events.importBatch([{ id: chunkClicks * 3, urlId: 1, userId: 1, type: "note", atMs: start, details: {} }]);
    await idle.clicks.commit([plainClick(), plainClick()]);
    while (await idle.maintain(start, 50));
    for (let round = 0; round < 3; round++) expect(await idle.maintain(start, 50)).toBe(false);
    await idle.close();
    await rm(empty, { recursive: true, force: true });
  });

  test("rolled-up totals equal the raw clicks of every link", async () => {
    for (let link = 1; link <= links; link++) {
      const want = expected({ urlId: link }).length;
      expect((await store.links.get(link))?.clicks).toBe(want);
      expect((await store.clicks.stats(link, { interval: "day" }))?.totals.clicks).toBe(want);
    }
  });

  test("a sealed chunk is found by seeking, not by scanning the log", () => {
    const database = new Database(join(folder, databaseName), { readonly: true });
    const plan = database.query("EXPLAIN QUERY PLAN SELECT ids FROM click_postings WHERE chunk = ? AND kind = ? AND key = ?").all(1, 0, 1) as {
      detail: string;
    }[];
    expect(plan.map(({ detail }) => detail)).toEqual(["SEARCH click_postings USING PRIMARY KEY (chunk=? AND kind=? AND key=?)"]);
    expect((database.query("SELECT count(*) AS n FROM click_chunks").get() as { n: number }).n).toBe(2);
    database.close();
  });
});
