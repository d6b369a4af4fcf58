import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LinkCache } from "../../src/links/link-cache.ts";
import { databaseName } from "../../src/storage/sqlite/open.ts";
import { openStoreIn } from "../harness/temporary-store.ts";
import { runCommand } from "../harness/run-command.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** Within this time a change by another process is seen, in milliseconds: it is looked for every 100, a loaded machine gets more. */
const foreignMostMs = 1_000;
const target = "https://example.com/target";

async function startWithUser(folder: string, settings: Record<string, string> = {}): Promise<RunningService> {
  const service = await startRunningService({ folder, settings });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  return service;
}

/** Makes a link and follows it, so that it is in the cache; its id. */
async function makeCached(service: RunningService, code: string, more: Record<string, unknown> = {}): Promise<number> {
  const { status, json } = await service.send("POST", "/urls", { body: { user_id: 1, original_url: target, short_code: code, ...more } });
  expect(status).toBe(201);
  expect((await service.send("GET", `/${code}`)).headers.get("location")).toBe(target);
  return json.id;
}

const statusOf = async (service: RunningService, code: string): Promise<number> => (await service.send("GET", `/${code}`)).status;

test("a cached link that is deactivated, moved or deleted is so at the very next request, under each of its paths", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const id = await makeCached(service, "changing");
  const paths = ["/changing", "/r/changing", "/s/changing", "/urls/changing/redirect", "/changing/"];
  const statuses = async (): Promise<number[]> => (await Promise.all(paths.map((path) => service.send("GET", path)))).map(({ status }) => status);
  const all = (status: number): number[] => paths.map(() => status);
  for (let round = 0; round < 20; round++) {
    await service.send("PATCH", `/urls/${id}`, { body: { is_active: false } });
    expect(await statuses()).toEqual(all(404));
    await service.send("PATCH", `/urls/${id}`, { body: { is_active: true } });
    expect(await statuses()).toEqual(all(302));
  }
  await service.send("PATCH", `/urls/${id}`, { body: { original_url: "https://example.com/moved" } });
  expect((await service.send("GET", "/changing")).headers.get("location")).toBe("https://example.com/moved");
  await service.send("DELETE", `/urls/${id}`);
  expect(await statuses()).toEqual(all(404));
  expect((await service.send("GET", `/events?url_id=${id}&event_type=click`)).headers.get("x-total-count")).toBe(String(1 + 20 * paths.length + 1));
});

test("no change is overtaken: while a link is asked for all the time, no answer begun after a change shows what was before it", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path, { LOG_LEVEL: "warn" });
  const id = await makeCached(service, "race");
  let isOver = false;
  const asking = Array.from({ length: 8 }, async () => {
    while (!isOver) await statusOf(service, "race");
  });
  const stale: string[] = [];
  for (let round = 0; round < 60; round++) {
    const isActive = round % 2 === 1;
    await service.send("PATCH", `/urls/${id}`, { body: { is_active: isActive } });
    const status = await statusOf(service, "race");
    if (status !== (isActive ? 302 : 404)) stale.push(`round ${round}: ${status}`);
  }
  isOver = true;
  await Promise.all(asking);
  expect(stale).toEqual([]);
});

test("a cached link stops when its time has come, to the second, and begins again when it is given more", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const expiresAtMs = Math.ceil((Date.now() + 1_500) / 1_000) * 1_000;
  const id = await makeCached(service, "expiring", { expires_at: new Date(expiresAtMs).toISOString() });
  const wrong: string[] = [];
  let status = 302;
  await waitUntil("the link has expired", 10_000, async () => {
    const beforeMs = Date.now();
    status = await statusOf(service, "expiring");
    if (beforeMs >= expiresAtMs && status !== 404) wrong.push(`${status} ${beforeMs - expiresAtMs} ms after its time`);
    if (Date.now() < expiresAtMs && status !== 302) wrong.push(`${status} ${expiresAtMs - Date.now()} ms before its time`);
    return status === 404;
  });
  expect(wrong).toEqual([]);
  const { json } = await service.send("GET", `/urls/${id}`);
  const clicks = json.clicks;
  expect(await statusOf(service, "expiring")).toBe(404);
  expect((await service.send("GET", `/urls/${id}`)).json.clicks).toBe(clicks);
  await service.send("PATCH", `/urls/${id}`, { body: { expires_at: null } });
  expect(await statusOf(service, "expiring")).toBe(302);
});

test("a link whose code was asked for in vain redirects at the very next request after it is made", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  for (let round = 0; round < 10; round++) {
    const code = `early-${round}`;
    expect([await statusOf(service, code), await statusOf(service, code)]).toEqual([404, 404]);
    await makeCached(service, code);
  }
  const csv =
    "id,user_id,short_code,original_url,title,is_active,created_at,updated_at\n90,1,early-csv,https://example.com/csv,,true,2026-01-01T00:00:00,2026-01-01T00:00:00\n";
  expect(await statusOf(service, "early-csv")).toBe(404);
  expect((await service.send("POST", "/urls/bulk", { body: csv, headers: { "Content-Type": "text/csv" } })).json).toMatchObject({ created: 1 });
  expect(await statusOf(service, "early-csv")).toBe(302);
});

test("what another process writes is seen within a fraction of a second: `srenity import`, a second store, a bare SQLite client", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const id = await makeCached(service, "shared");
  expect(await statusOf(service, "imported")).toBe(404);
  const file = join(folder.path, "urls.csv");
  writeFileSync(
    file,
    "id,user_id,short_code,original_url,title,is_active,created_at,updated_at\n70,1,imported,https://example.com/csv,,true,2026-01-01T00:00:00,2026-01-01T00:00:00\n",
  );
  expect((await runCommand(["import", file], folder.path)).status).toBe(0);
  await waitUntil("the imported link redirects", foreignMostMs, async () => (await statusOf(service, "imported")) === 302);

  const second = await openStoreIn(folder.path);
  await second.links.update(id, { isActive: false }, Date.now());
  await second.close();
  await waitUntil("the deactivated link is seen", foreignMostMs, async () => (await statusOf(service, "shared")) === 404);

  const client = new Database(join(folder.path, databaseName));
  client.run("PRAGMA busy_timeout = 2000");
  client.run("UPDATE links SET is_active = 1, original_url = 'https://example.com/by-hand' WHERE id = ?", [id]);
  client.close();
  await waitUntil(
    "the change by hand is seen",
    foreignMostMs,
    async () => (await service.send("GET", "/shared")).headers.get("location") === "https://example.com/by-hand",
  );
});

test("HEAD answers like GET and counts no click", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const id = await makeCached(service, "headed", { max_clicks: 2 });
  for (let request = 0; request < 5; request++) expect(await service.send("HEAD", "/headed")).toMatchObject({ status: 302, text: "" });
  expect((await service.send("GET", `/urls/${id}`)).json.clicks).toBe(1);
  expect([await statusOf(service, "headed"), await statusOf(service, "headed")]).toEqual([302, 404]);
});

test("ten thousand unknown codes grow neither the cache beyond its bound nor evict a link", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path, { LOG_LEVEL: "warn", CACHE_ENTRIES: "1000" });
  await makeCached(service, "stays");
  const ask = async (client: number): Promise<void> => {
    for (let request = 0; request < 625; request++) expect(await statusOf(service, `none-${client}-${request}`)).toBe(404);
  };
  await Promise.all(Array.from({ length: 16 }, (_, client) => ask(client)));
  const lookups = async (result: string): Promise<number> =>
    Number(new RegExp(`^srenity_cache_lookups_total\\{result="${result}"\\} (\\d+)$`, "m").exec((await service.send("GET", "/prom_metrics")).text)?.[1]);
  const [hits, misses] = [await lookups("hit"), await lookups("miss")];
  expect(misses).toBeGreaterThanOrEqual(10_000);
  expect(await statusOf(service, "stays")).toBe(302);
  expect([await lookups("hit"), await lookups("miss")]).toEqual([hits + 1, misses]);
  await waitUntil("the caches are measured", 7_000, async () =>
    /^srenity_cache_entries\{cache="unknown_codes"\} [1-9]/m.test((await service.send("GET", "/prom_metrics")).text),
  );
  const entries = Number(/^srenity_cache_entries\{cache="unknown_codes"\} (\d+)$/m.exec((await service.send("GET", "/prom_metrics")).text)?.[1]);
  expect(entries).toBeLessThanOrEqual(1_000);
}, 40_000);

test("a lookup that began before a change is not remembered after it", () => {
  const cache = new LinkCache(10);
  const before = cache.changes;
  cache.forget("other");
  cache.remember("code", null, before);
  expect(cache.get("code")).toBeUndefined();
  cache.remember("code", null, cache.changes);
  expect(cache.get("code")).toBeNull();
});
