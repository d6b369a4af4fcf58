import { describe, expect, test } from "bun:test";
import type { Store } from "../store.ts";
import { firstPage, now } from "./rows.ts";

/** Events: one list with the clicks, ids of imports honoured. */
export function proveEvents(store: () => Store): void {
  describe("events", () => {
    test("two identical posts are two events; unknown urls and users are told apart", async () => {
      const link = (await store().links.list({}, firstPage)).items[0];
      const event = { urlId: link?.id ?? 0, userId: 1, type: "note", details: { text: "x" } };
      const [one, two] = [await store().events.create(event, now), await store().events.create(event, now)];
      expect("event" in one && "event" in two && two.event.id > one.event.id).toBe(true);
      expect((await store().events.create({ ...event, urlId: 999_999 }, now)).outcome).toBe("url_unknown");
      expect((await store().events.create({ ...event, userId: 999_999 }, now)).outcome).toBe("user_unknown");
    });

    test("events and clicks read as one list in id order, whatever the filter", async () => {
      const { items } = await store().events.list({}, { limit: 1_000, offset: 0 });
      expect(items.map(({ id }) => id)).toEqual([...new Set(items.map(({ id }) => id))].sort((a, b) => a - b));
      const clicks = items.filter(({ type }) => type === "click");
      const found = await store().events.list({ type: "click" }, { limit: 1_000, offset: 0 });
      expect(found.items).toEqual(clicks);
      expect(found.total).toBe(clicks.length);
      const window = { fromMs: now + 1, toMs: now + 7_200_000 };
      expect((await store().events.list(window, { limit: 1_000, offset: 0 })).items).toEqual(
        items.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs),
      );
      for (const event of [items[0], clicks[0]]) expect(await store().events.get(event?.id ?? 0)).toEqual(event ?? null);
    });

    test("an imported event keeps its id, later ones go above it, and importing it again changes nothing", async () => {
      const row = { id: 70_000, urlId: 1, userId: 1, type: "updated", atMs: now - 1, details: { field: "title" } };
      expect((await store().events.importBatch([row]))[0]).toEqual({ outcome: "created", id: 70_000 });
      expect((await store().events.importBatch([row]))[0]).toEqual({ outcome: "unchanged", id: 70_000 });
      expect((await store().events.importBatch([{ ...row, type: "deleted" }]))[0]?.outcome).toBe("refused");
      const next = await store().events.create({ urlId: 3, userId: 1, type: "note", details: {} }, now);
      expect("event" in next && next.event.id > 70_000).toBe(true);
    });
  });
}
