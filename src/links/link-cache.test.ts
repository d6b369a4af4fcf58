import { expect, test } from "bun:test";
import type { RedirectTarget } from "../storage/store.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { LinkCache } from "./link-cache.ts";

const target = (id: number): RedirectTarget => ({
  id,
  shortCode: `c${id}`,
  originalUrl: "https://example.com",
  destinationVersion: 0,
  isActive: true,
  expiresAtMs: null,
  isLimited: false,
});

test("a cache never holds more than it may, and keeps what is used", () => {
  const cache = new BoundedCache<number>(100);
  for (let key = 0; key < 10_000; key++) {
    cache.set(`k${key}`, key);
    expect(cache.get("k0")).toBe(0);
    expect(cache.size).toBeLessThanOrEqual(100);
  }
  expect(cache.get("k5000")).toBeUndefined();
});

test("a scan of unknown codes evicts no link", () => {
  const cache = new LinkCache(10);
  cache.remember("c1", target(1), cache.changes);
  for (let scan = 0; scan < 1_000; scan++) cache.remember(`scan${scan}`, null, cache.changes);
  expect(cache.get("c1")?.id).toBe(1);
  expect(cache.sizes().absent).toBeLessThanOrEqual(10);
  expect(cache.get("scan999")).toBeNull();
});

test("an answer that was read before a change is not remembered after it", () => {
  const cache = new LinkCache(10);
  const before = cache.changes;
  cache.forget("other");
  cache.remember("code", target(1), before);
  expect(cache.get("code")).toBeUndefined();
});

test("a code known to be absent is forgotten when it is made", () => {
  const cache = new LinkCache(10);
  cache.remember("fresh", null, cache.changes);
  cache.forget("fresh");
  expect(cache.get("fresh")).toBeUndefined();
});

test("no entries allowed means nothing remembered", () => {
  const cache = new LinkCache(0);
  cache.remember("code", target(1), cache.changes);
  expect(cache.get("code")).toBeUndefined();
});
