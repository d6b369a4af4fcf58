import { expect, test } from "bun:test";
import { LinkLedger } from "./link-ledger.ts";
import { startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

const clients = 64;
const requestsPerClient = 10;

test("a link of 100 clicks is answered to exactly 100 of 640 requests by 64 clients at once, from the cache and across a restart", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "warn" } });
  const ledger = new LinkLedger();
  await ledger.begin(service);
  const limited = await ledger.create(service, { max_clicks: 100 });
  const free = await ledger.create(service);
  if (typeof limited === "number" || typeof free === "number") throw new Error("a link was refused");
  const count = { found: 0, used_up: 0, other: 0 };
  const visit = async (): Promise<void> => {
    for (let request = 0; request < requestsPerClient; request++) {
      const [{ status }] = await Promise.all([ledger.follow(service, limited), ledger.follow(service, free)]);
      count[status === 302 ? "found" : status === 404 ? "used_up" : "other"]++;
    }
  };
  await Promise.all(Array.from({ length: clients }, visit));
  expect(count).toEqual({ found: 100, used_up: clients * requestsPerClient - 100, other: 0 });
  expect((await service.send("GET", `/urls/${limited.id}`)).json.clicks).toBe(100);
  expect(free.answered).toBe(clients * requestsPerClient);
  expect(await ledger.findFaults(service)).toEqual([]);

  await service.kill();
  await using again = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "warn" } });
  expect((await ledger.follow(again, limited)).status).toBe(404);
  expect((await again.send("PATCH", `/urls/${limited.id}`, { body: { max_clicks: 101 } })).status).toBe(200);
  expect((await ledger.follow(again, limited)).status).toBe(302);
  expect((await ledger.follow(again, limited)).status).toBe(404);
  expect(await ledger.findFaults(again)).toEqual([]);
}, 30_000);
