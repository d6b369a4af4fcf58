import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { proveEvents } from "./contract/events.ts";
import { proveKeysAndAnswers } from "./contract/keys-and-answers.ts";
import { firstPage, now, plainClick, plainLink } from "./contract/rows.ts";
import { proveUsers } from "./contract/users.ts";
import type { ImportedLink, NewLink, Store } from "./store.ts";

/** A store of one's own: `open` may be called again after `close`, and finds what was written. */
export interface StoreUnderTest {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** The promises of `Store`, to be held by every implementation alike. */
export function proveStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the promises of a store`, () => {
    let under: StoreUnderTest;
    let store: Store;
    let codes = 0;
    const nextCode = (): string => `code${String(++codes).padStart(4, "0")}`;
    const makeLink = async (changes: Partial<NewLink> = {}) => {
      const result = await store.links.create(plainLink({ shortCode: nextCode(), ...changes }), now);
      if (!("link" in result)) throw new Error(result.outcome);
      return result.link;
    };
    const settle = async (): Promise<void> => {
      while (await store.maintain(now, 50));
    };

    beforeAll(async () => {
      under = await make();
      store = await under.open();
      await store.users.create({ username: "ann", email: "ann@example.com" }, now);
    });
    afterAll(async () => {
      await store.close();
      await under.remove();
    });

    proveUsers(() => store);

    describe("links", () => {
      test("a code is taken for ever: by a living link, and by a deleted one", async () => {
        const link = await makeLink();
        expect((await store.links.create(plainLink({ shortCode: link.shortCode }), now)).outcome).toBe("code_taken");
        expect(await store.links.delete(link.id, now)).toBe(link.shortCode);
        expect(await store.links.find(link.shortCode)).toBeNull();
        expect((await store.links.create(plainLink({ shortCode: link.shortCode }), now)).outcome).toBe("code_retired");
        expect(await store.links.delete(link.id, now)).toBeNull();
      });

      test("an owner's active, unlimited link to the same address is found instead of made again", async () => {
        const originalUrl = "https://example.com/twin";
        const link = await makeLink({ originalUrl });
        const again = async (changes: Partial<NewLink>) =>
          (await store.links.create(plainLink({ shortCode: nextCode(), originalUrl, dedupe: true, ...changes }), now)) as {
            outcome: string;
            link: { id: number };
          };
        expect(await again({})).toMatchObject({ outcome: "duplicate", link: { id: link.id } });
        expect((await again({ dedupe: false })).outcome).toBe("created");
        await store.links.update(link.id, { isActive: false }, now);
        expect((await again({})).link.id).not.toBe(link.id);
      });

      test("one of 20 concurrent creations of the same address makes it, the others find it", async () => {
        const originalUrl = "https://example.com/race";
        const results = await Promise.all(
          Array.from({ length: 20 }, () => store.links.create(plainLink({ shortCode: nextCode(), originalUrl, dedupe: true }), now)),
        );
        expect(results.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
        expect(results.filter(({ outcome }) => outcome === "duplicate")).toHaveLength(19);
      });

      test("a change moves updated_at and writes old and new; no change writes nothing", async () => {
        const link = await makeLink({ title: "old" });
        const changed = await store.links.update(link.id, { title: "new" }, now);
        expect(changed).toMatchObject({ outcome: "updated", link: { title: "new" } });
        expect("link" in changed && changed.link.updatedAtMs > link.updatedAtMs).toBe(true);
        expect((await store.links.update(link.id, { title: "new" }, now)).outcome).toBe("unchanged");
        const { items } = await store.events.list({ urlId: link.id, type: "updated" }, firstPage);
        expect(items.map(({ details }) => details["changes"])).toEqual([{ title: { old: "old", new: "new" } }]);
      });

      test("filters find what they say, in id order, and nothing deleted", async () => {
        const tagged = await makeLink({ title: "Quarterly Brief", tags: ["ops", "q1"], originalUrl: "https://opswise.net/harbour" });
        const gone = await makeLink({ title: "Quarterly Brief", tags: ["ops"] });
        await store.links.delete(gone.id, now);
        for (const filter of [
          { title: "quarterly brief" },
          { tag: "q1" },
          { words: "quart harb" },
          { shortCode: tagged.shortCode },
          { userId: 1, tag: "ops", isActive: true },
        ]) {
          expect((await store.links.list(filter, firstPage)).items.map(({ id }) => id)).toEqual([tagged.id]);
        }
        expect((await store.links.list({ userId: 999 }, firstPage)).items).toEqual([]);
        expect((await store.links.list({ words: "…" }, firstPage)).total).toBe(0);
      });

      test("words follow a change of title and address", async () => {
        const link = await makeLink({ title: "walrus", originalUrl: "https://example.com/tusk" });
        const found = async (words: string) => (await store.links.list({ words }, firstPage)).items.map(({ id }) => id);
        expect(await found("walrus tusk")).toEqual([link.id]);
        await store.links.update(link.id, { title: "penguin", originalUrl: "https://example.com/beak", normalizedUrl: "https://example.com/beak" }, now);
        expect(await found("walrus")).toEqual([]);
        expect(await found("penguin beak")).toEqual([link.id]);
      });

      test("tags follow a change and a deletion", async () => {
        const link = await makeLink({ tags: ["before", "stays"] });
        const found = async (tag: string) => (await store.links.list({ tag }, firstPage)).items.map(({ id }) => id);
        await store.links.update(link.id, { tags: ["stays", "after"] }, now);
        expect([await found("before"), await found("stays"), await found("after")]).toEqual([[], [link.id], [link.id]]);
        await store.links.delete(link.id, now);
        expect([await found("stays"), await found("after")]).toEqual([[], []]);
      });

      test("pages by number and by key cover the list once", async () => {
        const all = (await store.links.list({}, { limit: 1_000, offset: 0 })).items.map(({ id }) => id);
        const byKey: number[] = [];
        for (let afterId = 0; ;) {
          const { items } = await store.links.list({}, { limit: 7, offset: 0, afterId });
          if (items.length === 0) break;
          byKey.push(...items.map(({ id }) => id));
          afterId = byKey.at(-1) as number;
        }
        const byNumber: number[] = [];
        for (let offset = 0; offset < all.length; offset += 7) byNumber.push(...(await store.links.list({}, { limit: 7, offset })).items.map(({ id }) => id));
        expect(byKey).toEqual(all);
        expect(byNumber).toEqual(all);
        expect([...all].sort((a, b) => a - b)).toEqual(all);
      });

      test("importing a row twice changes nothing, and a tombstone keeps its code", async () => {
        const row: ImportedLink = {
          ...plainLink({ shortCode: "imported1" }),
          isActive: true,
          earlierClicks: 5,
          createdAtMs: now,
          updatedAtMs: now,
          deletedAtMs: null,
        };
        const tombstone: ImportedLink = { ...row, shortCode: "imported2", deletedAtMs: now };
        expect((await store.links.importBatch([row, tombstone])).map(({ outcome }) => outcome)).toEqual(["created", "created"]);
        expect((await store.links.importBatch([row, tombstone])).map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
        expect((await store.links.create(plainLink({ shortCode: "imported2" }), now)).outcome).toBe("code_retired");
        expect((await store.links.list({ shortCode: "imported1" }, firstPage)).items[0]?.clicks).toBe(5);
        expect((await store.links.importBatch([{ ...row, userId: 999 }])).map(({ outcome }) => outcome)).toEqual(["refused"]);
      });
    });

    describe("clicks", () => {
      test("a committed click is an event at once, with the destination it went to", async () => {
        const link = await makeLink({ originalUrl: "https://example.com/before" });
        await store.clicks.commit([plainClick({ urlId: link.id, referrer: "https://t.co/", userAgent: "x", isBot: true })]);
        await store.links.update(link.id, { originalUrl: "https://example.com/after", normalizedUrl: "https://example.com/after" }, now);
        const target = await store.links.find(link.shortCode);
        await store.clicks.commit([plainClick({ urlId: link.id, destinationVersion: target?.destinationVersion ?? -1 })]);
        const { items } = await store.events.list({ urlId: link.id, type: "click" }, firstPage);
        expect(items.map(({ details }) => details["original_url"])).toEqual(["https://example.com/before", "https://example.com/after"]);
        expect(items[0]).toMatchObject({ userId: 1, details: { short_code: link.shortCode, referrer: "https://t.co/", user_agent: "x", is_bot: true } });
        expect((await store.links.get(link.id))?.clicks).toBe(2);
      });

      test("a batch that is sent again under its name is written once", async () => {
        const link = await makeLink();
        const batch = [plainClick({ urlId: link.id }), plainClick({ urlId: link.id })];
        await store.clicks.commit(batch, "batch-1");
        await store.clicks.commit(batch, "batch-1");
        expect((await store.events.list({ urlId: link.id, type: "click" }, firstPage)).total).toBe(2);
        expect((await store.links.get(link.id))?.clicks).toBe(2);
      });

      test("a limited link takes exactly as many clicks as it may", async () => {
        const link = await makeLink({ maxClicks: 3 });
        const click = plainClick({ urlId: link.id, isLimited: true });
        expect((await store.clicks.commit([click, click])).refused).toEqual([]);
        expect((await store.clicks.commit([click, click, click])).refused).toEqual([1, 2]);
        expect((await store.links.get(link.id))?.clicks).toBe(3);
      });

      test("a limit set later counts the clicks that were", async () => {
        const link = await makeLink();
        await store.clicks.commit([plainClick({ urlId: link.id }), plainClick({ urlId: link.id })]);
        await store.links.update(link.id, { maxClicks: 3 }, now);
        const click = plainClick({ urlId: link.id, isLimited: true });
        expect((await store.clicks.commit([click, click])).refused).toEqual([1]);
      });

      test("statistics count every committed click, before and after the roll-up and a restart", async () => {
        const link = await makeLink();
        const hour = 3_600_000;
        await store.clicks.commit([
          plainClick({ urlId: link.id }),
          plainClick({ urlId: link.id, atMs: now + hour, isBot: true }),
          plainClick({ urlId: link.id, atMs: now + 24 * hour }),
        ]);
        const expected = { totals: { clicks: 3, people: 2, bots: 1 } };
        expect(await store.clicks.stats(link.id, { interval: "hour" })).toMatchObject(expected);
        await settle();
        await store.close();
        store = await under.open();
        const stats = await store.clicks.stats(link.id, { interval: "hour" });
        expect(stats).toMatchObject(expected);
        expect(stats?.series.map(({ clicks }) => clicks)).toEqual([1, 1, 1]);
        expect(stats?.referrers).toEqual([{ value: "direct", clicks: 3 }]);
        expect(await store.clicks.stats(link.id, { interval: "day", fromMs: now + 12 * hour })).toMatchObject({ totals: { clicks: 1 } });
        expect((await store.links.get(link.id))?.clicks).toBe(3);
        expect(await store.clicks.stats(999_999, { interval: "day" })).toBeNull();
      });
    });

    proveEvents(() => store);
    proveKeysAndAnswers(() => store);
  });
}
