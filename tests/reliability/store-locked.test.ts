import { expect, test } from "bun:test";
import { openSqliteSpool } from "../../src/storage/sqlite/spool.ts";
import { lockStore } from "../harness/lock-store.ts";
import { openStoreIn } from "../harness/temporary-store.ts";
import { LinkLedger } from "./link-ledger.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const lockMs = 3_000;
const visitors = 8;
/** Most that a redirect may take, in milliseconds, and a write until it is refused: 2 s and the request around it. */
const redirectMostMs = 200;
const refusalMostMs = 2_500;
/** Stopping with nothing to wait for, in milliseconds. */
const stopMostMs = 3_000;

/** Follows links by several visitors until `isOver`; the longest redirect, in milliseconds, and every status. */
async function followUntil(isOver: () => boolean, service: RunningService, ledger: LinkLedger): Promise<{ longestMs: number; statuses: Set<number> }> {
  let longestMs = 0;
  const statuses = new Set<number>();
  const visitor = async (first: number): Promise<void> => {
    for (let step = first; !isOver(); step++) {
      const { status, tookMs } = await ledger.follow(service, ledger.entries[step % ledger.entries.length] as LinkLedger["entries"][number]);
      longestMs = Math.max(longestMs, tookMs);
      statuses.add(status);
    }
  };
  await Promise.all(Array.from({ length: visitors }, (_, first) => visitor(first)));
  return { longestMs, statuses };
}

/** A service with links that its cache knows. */
async function startWithLinks(folder: string, settings: Record<string, string> = {}): Promise<{ service: RunningService; ledger: LinkLedger }> {
  const service = await startRunningService({ folder, settings: { LOG_LEVEL: "warn", ...settings } });
  const ledger = new LinkLedger();
  await ledger.begin(service);
  for (let link = 0; link < 20; link++) await ledger.create(service);
  for (const entry of ledger.entries) expect((await ledger.follow(service, entry)).status).toBe(302);
  return { service, ledger };
}

test("while another process locks the store for 3 s, cached links redirect at once and writes are refused in time; then every answered click is there once", async () => {
  using folder = temporaryFolder();
  const { service, ledger } = await startWithLinks(folder.path);
  await using _ = service;
  const lock = lockStore(folder.path);
  const startedMs = performance.now();
  const isOver = (): boolean => performance.now() - startedMs >= lockMs;
  const following = followUntil(isOver, service, ledger);
  const [write, change, unknown, health, ready] = await Promise.all([
    service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/locked" } }),
    service.send("PATCH", `/urls/${ledger.entries[0]?.id}`, { body: { title: "locked" } }),
    service.send("GET", "/unknown-code"),
    service.send("GET", "/health"),
    service.send("GET", "/ready"),
  ]);
  for (const refused of [write, change]) {
    expect(refused).toMatchObject({ status: 503, json: { code: "store_busy" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.tookMs).toBeLessThan(refusalMostMs);
  }
  expect(unknown.status).toBe(404);
  expect(health.status).toBe(200);
  expect(ready).toMatchObject({ status: 503, json: { detail: expect.stringContaining("store") } });
  const { longestMs, statuses } = await following;
  expect(await service.metric("srenity_clicks_held")).toBeGreaterThan(100);
  expect([...statuses]).toEqual([302]);
  expect(longestMs).toBeLessThan(redirectMostMs);

  lock[Symbol.dispose]();
  expect(await ledger.create(service)).toMatchObject({ asked: 0 });
  await waitUntil("the held clicks are in the store", 5_000, async () => (await service.metric("srenity_clicks_held")) === 0);
  expect(await ledger.findFaults(service)).toEqual([]);
  expect(await service.metric("srenity_clicks_lost_total")).toBe(0);
  await waitUntil("the service is ready again", 3_000, async () => (await service.send("GET", "/ready")).status === 200);
  expect(service.errors()).toBe("");
  const stoppingMs = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - stoppingMs).toBeLessThan(stopMostMs);
}, 30_000);

test("a click that was answered during a lock survives kill -9 and is counted once", async () => {
  using folder = temporaryFolder();
  const { service, ledger } = await startWithLinks(folder.path);
  await using _ = service;
  const lock = lockStore(folder.path);
  const before = ledger.entries.reduce((sum, { answered }) => sum + answered, 0);
  await followUntil(() => ledger.entries.reduce((sum, { answered }) => sum + answered, 0) - before >= 200, service, ledger);
  await service.kill();
  lock[Symbol.dispose]();
  await using again = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "warn" } });
  await waitUntil("the held clicks are in the store", 5_000, async () => (await again.metric("srenity_clicks_held")) === 0);
  await ledger.follow(again, ledger.entries[0] as LinkLedger["entries"][number]);
  expect(await ledger.findFaults(again)).toEqual([]);
}, 30_000);

test("a batch that was shipped but not yet taken off the spool when the service died is not counted again", async () => {
  using folder = temporaryFolder();
  const { service, ledger } = await startWithLinks(folder.path);
  await using _ = service;
  await service.stop();
  const entry = ledger.entries[0] as LinkLedger["entries"][number];
  const click = {
    urlId: entry.id,
    destinationVersion: 0,
    isLimited: false,
    atMs: Date.now(),
    isBot: false,
    referrer: null,
    userAgent: null,
    clientAddress: null,
  };
  const spool = openSqliteSpool(folder.path);
  const store = await openStoreIn(folder.path);
  for (const [batchId, isShipped] of [
    ["shipped", true],
    ["waiting", false],
  ] as const) {
    spool.append(batchId, [click, click, click]);
    if (isShipped) await store.clicks.commit([click, click, click], batchId);
    entry.asked += 3;
    entry.answered += 3;
  }
  spool.close();
  await store.close();
  await using again = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "warn" } });
  await waitUntil("the held clicks are in the store", 5_000, async () => (await again.metric("srenity_clicks_held")) === 0);
  expect(await ledger.findFaults(again)).toEqual([]);
}, 30_000);

test("a limited link is not redirected while its limit cannot be checked, and works right after the lock", async () => {
  using folder = temporaryFolder();
  const { service, ledger } = await startWithLinks(folder.path);
  await using _ = service;
  const limited = await ledger.create(service, { max_clicks: 3 });
  if (typeof limited === "number") throw new Error(`the limited link was refused with ${limited}`);
  await ledger.follow(service, limited);
  const lock = lockStore(folder.path);
  const refused = await service.send("GET", `/${limited.code}`);
  lock[Symbol.dispose]();
  expect(refused).toMatchObject({ status: 503, json: { code: "store_busy" } });
  expect(refused.headers.get("retry-after")).toBe("1");
  await waitUntil("the limited link redirects again", 3_000, async () => (await ledger.follow(service, limited)).status === 302);
  expect((await ledger.follow(service, limited)).status).toBe(302);
  expect((await ledger.follow(service, limited)).status).toBe(404);
  expect(await ledger.findFaults(service)).toEqual([]);
}, 30_000);
