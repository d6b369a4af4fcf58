import { describe, expect, test } from "bun:test";
import type { Store } from "../store.ts";
import { firstPage, now, plainLink } from "./rows.ts";

/** Users: unique when created, kept when imported, gone when deleted. */
export function proveUsers(store: () => Store): void {
  describe("users", () => {
    test("one of 16 concurrent creations of a name wins", async () => {
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, index) => store().users.create({ username: "bob", email: `bob${index}@example.com` }, now)),
      );
      expect(results.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
      expect(results.filter(({ outcome }) => outcome === "username_taken")).toHaveLength(15);
    });

    test("an email is one whatever its case", async () => {
      expect(await store().users.create({ username: "ann2", email: "ANN@example.com" }, now)).toEqual({ outcome: "email_taken" });
    });

    test("imported repeats keep their rows, and a created user may not repeat them", async () => {
      const row = { username: "twice", email: "one@example.com", createdAtMs: now };
      const outcomes = await store().users.importBatch([
        { ...row, id: 501 },
        { ...row, id: 502, email: "two@example.com" },
      ]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(["created", "created"]);
      expect((await store().users.list({ username: "twice" }, firstPage)).total).toBe(2);
      expect((await store().users.create({ username: "twice", email: "three@example.com" }, now)).outcome).toBe("username_taken");
      await store().users.delete(501, now);
      expect((await store().users.create({ username: "twice", email: "three@example.com" }, now)).outcome).toBe("username_taken");
      await store().users.delete(502, now);
      const created = await store().users.create({ username: "twice", email: "three@example.com" }, now);
      expect(created).toMatchObject({ outcome: "created" });
      expect("user" in created && created.user.id > 502).toBe(true);
    });

    test("importing the same rows again changes nothing; a row with a known id changes that user", async () => {
      const row = { id: 601, username: "again", email: "again@example.com", createdAtMs: now };
      expect((await store().users.importBatch([row]))[0]?.outcome).toBe("created");
      expect((await store().users.importBatch([row]))[0]?.outcome).toBe("unchanged");
      expect((await store().users.importBatch([{ ...row, email: "other@example.com" }]))[0]?.outcome).toBe("updated");
      expect(await store().users.get(601)).toMatchObject({ email: "other@example.com" });
    });

    test("a change to a taken name is refused whole; keeping one's own name is no conflict", async () => {
      await store().users.create({ username: "carl", email: "carl@example.com" }, now);
      const dora = await store().users.create({ username: "dora", email: "dora@example.com" }, now);
      const id = "user" in dora ? dora.user.id : 0;
      expect(await store().users.update(id, { username: "carl", email: "new@example.com" })).toEqual({ outcome: "username_taken" });
      expect(await store().users.get(id)).toMatchObject({ username: "dora", email: "dora@example.com" });
      expect(await store().users.update(id, { username: "dora", email: "Dora@example.com" })).toMatchObject({ outcome: "updated" });
      expect(await store().users.update(999_999, { username: "x" })).toEqual({ outcome: "not_found" });
    });

    test("a deleted user is gone, and links and events stay listable", async () => {
      const eve = await store().users.create({ username: "eve", email: "eve@example.com" }, now);
      const userId = "user" in eve ? eve.user.id : 0;
      await store().links.create(plainLink({ userId, shortCode: "eves_link" }), now);
      expect(await store().users.delete(userId, now)).toBe(true);
      expect(await store().users.delete(userId, now)).toBe(false);
      expect(await store().users.get(userId)).toBeNull();
      expect((await store().links.list({ userId }, firstPage)).total).toBe(1);
      expect((await store().events.list({ userId }, firstPage)).total).toBe(1);
      expect((await store().links.create(plainLink({ userId, shortCode: "eves_second" }), now)).outcome).toBe("user_unknown");
    });
  });
}
