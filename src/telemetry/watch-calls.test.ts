import { expect, test } from "bun:test";
import type { StoreCall } from "./trace.ts";
import { notedCallsMost, watchCalls } from "./watch-calls.ts";

function createScene() {
  let nowMs = 10;
  const store = {
    links: {
      found: 7,
      async find(by: number) {
        nowMs += by;
        return this.found;
      },
      fail: async (): Promise<number> => Promise.reject(new Error("locked")),
      lag: () => 3,
    },
  };
  const calls: StoreCall[] = [];
  return { calls, watched: watchCalls(store, calls, () => nowMs) };
}

test("a call is noted with its path and times, and answers as it would unwatched", async () => {
  const { calls, watched } = createScene();
  expect(await watched.links.find(5)).toBe(7);
  const failure: unknown = await watched.links.fail().catch((error: unknown) => error);
  expect(failure).toHaveProperty("message", "locked");
  expect(watched.links.lag()).toBe(3);
  expect(calls).toEqual([
    { operation: "links.find", startedMs: 10, endedMs: 15, hasFailed: false },
    { operation: "links.fail", startedMs: 15, endedMs: 15, hasFailed: true },
  ]);
});

test("a request that makes thousands of calls has the first ones noted", async () => {
  const { calls, watched } = createScene();
  for (let i = 0; i < 1_000; i++) await watched.links.find(1);
  expect(calls).toHaveLength(notedCallsMost);
});
