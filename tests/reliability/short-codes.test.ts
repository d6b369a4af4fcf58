import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { attemptsMost, codeLengthMost } from "../../src/links/codes.ts";
import { LinkCache } from "../../src/links/link-cache.ts";
import { type LinkDesk, removeLink, shorten } from "../../src/links/shorten.ts";
import type { Store } from "../../src/storage/store.ts";
import { inTemporaryFolder, openStoreIn, withStore } from "../harness/temporary-store.ts";
import { crowdedShape } from "./draw-links.ts";
import { waitUntil } from "../harness/wait-until.ts";

const nowMs = Date.UTC(2026, 0, 1);
const everything = { limit: 1_000, offset: 0 };

const makeOwner = (store: Store): Promise<unknown> => store.users.create({ username: "owner", email: "owner@example.com" }, nowMs);

/** Bytes from a seed: xorshift32, so that a failure can be drawn again. */
function seededBytes(seed: number): (length: number) => Uint8Array {
  let state = seed | 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    });
}

test("two processes that shorten at once on one file, until the codes of a length run out, are never given the same code", async () => {
  await inTemporaryFolder(async (folder) => {
    const store = await openStoreIn(folder);
    await makeOwner(store);
    const codesOfLength = crowdedShape.alphabet.length ** crowdedShape.length;
    const each = Math.ceil(codesOfLength * 0.6);
    let open = 0;
    const script = join(import.meta.dir, "draw-links.ts");
    const start = (): Bun.Subprocess<"ignore", "pipe", "inherit"> =>
      Bun.spawn([process.execPath, script, folder, String(each)], { stdin: "ignore", stdout: "pipe", stderr: "inherit", ipc: () => void open++ });
    const children = [start(), start()];
    await waitUntil("both have the store open", 10_000, () => open === children.length);
    for (const child of children) child.send("begin");
    const outputs = await Promise.all(children.map((child) => new Response(child.stdout).text()));
    expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0]);
    const codes = outputs.flatMap((output) => JSON.parse(output) as string[]);
    expect(codes).toHaveLength(2 * each);
    expect(new Set(codes).size).toBe(codes.length);
    const { items } = await store.links.list({}, everything);
    expect(items.map(({ shortCode }) => shortCode).toSorted()).toEqual(codes.toSorted());
    expect(codes.filter((code) => code.length === crowdedShape.length).length).toBeGreaterThan(codesOfLength * 0.8);
    await store.close();
  });
}, 30_000);

/** What a run does, link by link: makes one, or deletes the one made longest ago. */
const runs = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  letters: fc.integer({ min: 1, max: 4 }),
  length: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
});

test("from an alphabet that is nearly exhausted every drawn code is new, none of a deleted link comes back, and codes grow instead of failing", async () => {
  await withStore(async (store) => {
    await makeOwner(store);
    const taken = new Set<string>();
    const drawn: { id: number; code: string }[] = [];
    await fc.assert(
      fc.asyncProperty(runs, async ({ seed, letters, length, steps }) => {
        const codeShape = { alphabet: "abcd".slice(0, letters), length };
        let draws = 0;
        const bytes = seededBytes(seed);
        const desk: LinkDesk = { store, cache: new LinkCache(10), random: (count) => (draws++, bytes(count)), ownHosts: new Set(), dedupes: true, codeShape };
        for (const [step, makes] of steps.entries()) {
          const oldest = drawn[0];
          if (!makes && oldest) {
            drawn.shift();
            expect(await removeLink(desk, oldest.id, nowMs)).toBe(true);
            continue;
          }
          const drawsBefore = draws;
          const result = await shorten(desk, { userId: 1, originalUrl: `https://example.com/${seed}/${step}`, dedupe: false }, nowMs);
          expect(draws - drawsBefore).toBeLessThanOrEqual(attemptsMost(codeShape) * 8);
          if (result.outcome === "codes_exhausted") {
            // Only a single letter has so few codes that all lengths together run out.
            expect(letters).toBe(1);
            continue;
          }
          if (result.outcome !== "created") throw new Error(result.outcome);
          const { id, shortCode } = result.link;
          expect(taken.has(shortCode)).toBe(false);
          expect(shortCode.length).toBeGreaterThanOrEqual(length);
          expect(shortCode.length).toBeLessThanOrEqual(codeLengthMost);
          taken.add(shortCode);
          drawn.push({ id, code: shortCode });
        }
      }),
      { numRuns: 40 },
    );
    const { items } = await store.links.list({}, everything);
    expect(items.map(({ shortCode }) => shortCode).toSorted()).toEqual(drawn.map(({ code }) => code).toSorted());
  });
}, 30_000);

test("a code of a deleted link is refused to a custom link as retired, also after the store is opened again", async () => {
  await inTemporaryFolder(async (folder) => {
    const outcomeOf = async (work: (desk: LinkDesk) => Promise<unknown>): Promise<unknown> => {
      const store = await openStoreIn(folder);
      const desk: LinkDesk = { store, cache: new LinkCache(10), random: seededBytes(7), ownHosts: new Set(), dedupes: true };
      try {
        return await work(desk);
      } finally {
        await store.close();
      }
    };
    const request = { userId: 1, originalUrl: "https://example.com/retired", shortCode: "mine" };
    await outcomeOf(({ store }) => makeOwner(store));
    expect(await outcomeOf((desk) => shorten(desk, request, nowMs))).toMatchObject({ outcome: "created" });
    expect(await outcomeOf((desk) => shorten(desk, request, nowMs))).toEqual({ outcome: "code_taken" });
    expect(await outcomeOf((desk) => removeLink(desk, 1, nowMs))).toBe(true);
    expect(await outcomeOf((desk) => shorten(desk, request, nowMs))).toEqual({ outcome: "code_retired" });
  });
});
