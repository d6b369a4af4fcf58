import { describe, expect, test } from "bun:test";
import type { Store } from "../store.ts";
import { now } from "./rows.ts";

/** Keys by their hash, first answers by their key. */
export function proveKeysAndAnswers(store: () => Store): void {
  describe("keys and answers", () => {
    test("a key is known by its hash until it expires or is revoked", async () => {
      const key = await store().keys.create({ name: "ci", role: "viewer", hash: "h1", expiresAtMs: now + 1_000 }, now);
      expect(await store().keys.verify("h1", now)).toMatchObject({ id: key.id, role: "viewer" });
      expect(await store().keys.verify("h2", now)).toBeNull();
      expect(await store().keys.verify("h1", now + 1_000)).toBeNull();
      expect(await store().keys.revoke(key.id, now)).toBe(true);
      expect(await store().keys.verify("h1", now)).toBeNull();
      expect(await store().keys.revoke(key.id, now)).toBe(false);
    });

    test("the first answer is replayed for a day, another request under its key is a mismatch", async () => {
      const answer = { status: 201, headers: { Location: "/urls/1" }, body: "{}" };
      const day = 86_400_000;
      expect((await store().answers.reserve("k", "r1", now)).outcome).toBe("reserved");
      expect((await store().answers.reserve("k", "r1", now)).outcome).toBe("in_progress");
      await store().answers.complete("k", answer);
      expect(await store().answers.reserve("k", "r1", now + 1)).toEqual({ outcome: "answered", answer });
      expect((await store().answers.reserve("k", "r2", now + 1)).outcome).toBe("mismatch");
      expect((await store().answers.reserve("k", "r2", now + day)).outcome).toBe("reserved");
      await store().answers.release("k");
      expect((await store().answers.reserve("k", "r3", now + day)).outcome).toBe("reserved");
    });
  });
}
