import { expect, test } from "bun:test";
import { LinkLedger } from "./link-ledger.ts";
import { attemptStart, type RunningService, startRunningService } from "../harness/running-service.ts";
import { canMount, makeSmallDisk } from "./small-disk.ts";
import { waitUntil } from "../harness/wait-until.ts";

const settings = { LOG_LEVEL: "warn", DISK_FREE_MB: "1" };

/** A service with links that its cache knows. */
async function startWithLinks(folder: string): Promise<{ service: RunningService; ledger: LinkLedger }> {
  const service = await startRunningService({ folder, settings });
  const ledger = new LinkLedger();
  await ledger.begin(service);
  for (let link = 0; link < 10; link++) await ledger.create(service);
  for (const entry of ledger.entries) expect((await ledger.follow(service, entry)).status).toBe(302);
  return { service, ledger };
}

test.skipIf(!canMount)(
  "on a full disk redirects go on and writes are refused; with space again all recovers by itself and every answered click is there once",
  async () => {
    using disk = makeSmallDisk(4);
    const { service, ledger } = await startWithLinks(disk.path);
    await using _ = service;
    disk.fill();
    await waitUntil("a write is refused", 5_000, async () => (await ledger.create(service)) === 503);
    const write = await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/full" } });
    expect(write).toMatchObject({ status: 503, json: { code: "store_full" } });
    expect(write.headers.get("retry-after")).toBe("1");
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(ledger.entries.map((entry) => ledger.follow(service, entry)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([302]));
      expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(500);
    }
    expect(await service.metric("srenity_clicks_held")).toBeGreaterThan(0);
    const ready = await service.send("GET", "/ready");
    expect(ready.status).toBe(503);
    expect(ready.json.detail).toContain("disk_space");
    expect((await service.send("GET", "/health")).status).toBe(200);

    disk.free();
    await waitUntil("a write is taken again", 3_000, async () => typeof (await ledger.create(service)) !== "number");
    await waitUntil("the held clicks are in the store", 5_000, async () => (await service.metric("srenity_clicks_held")) === 0);
    expect(await ledger.findFaults(service)).toEqual([]);
    expect(await service.metric("srenity_clicks_lost_total")).toBe(0);
    expect(await service.stop()).toBe(0);
    expect(service.errors()).toBe("");
    await using again = await startRunningService({ folder: disk.path, settings });
    expect(await ledger.findFaults(again)).toEqual([]);
  },
  40_000,
);

test.skipIf(!canMount)(
  "a full disk does not keep SIGTERM from ending the service in time, and what was acknowledged before is there",
  async () => {
    using disk = makeSmallDisk(4);
    const { service, ledger } = await startWithLinks(disk.path);
    await using _ = service;
    disk.fill();
    await waitUntil("a write is refused", 5_000, async () => (await ledger.create(service)) === 503);
    const startedMs = performance.now();
    expect(await service.stop()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    disk.free();
    await using again = await startRunningService({ folder: disk.path, settings });
    expect(await ledger.findFaults(again)).toEqual([]);
  },
  40_000,
);

test.skipIf(!canMount)(
  "a start on a full disk is refused with one sentence that says so",
  async () => {
    using disk = makeSmallDisk(4);
    disk.fill();
    const empty = await attemptStart({ folder: disk.path, settings });
    expect(empty).toMatchObject({ status: 78, output: "" });
    expect(empty.errors).toMatch(/^srenity serve: .*full.*\n$/);
  },
  40_000,
);

test.skipIf(!canMount)(
  "a store whose disk has filled up either starts or is refused with one sentence, and starts once there is space",
  async () => {
    using disk = makeSmallDisk(4);
    const { service, ledger } = await startWithLinks(disk.path);
    await service.stop();
    disk.fill();
    const full = await attemptStart({ folder: disk.path, settings });
    expect(full).toMatchObject({ status: 78, output: "" });
    expect(full.errors).toMatch(/^srenity serve: .*full.*\n$/);
    disk.free();
    await using again = await startRunningService({ folder: disk.path, settings });
    expect(await ledger.findFaults(again)).toEqual([]);
  },
  40_000,
);
