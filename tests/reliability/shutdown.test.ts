import { expect, test } from "bun:test";
import { openConnection } from "./raw-connection.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** A time for stopping that is far below the limit of 10 s and far above what an idle service needs, in milliseconds. */
const stopMostMs = 3_000;
/** Between two bytes of a slow upload of some 40 bytes, in milliseconds: it takes longer than an idle service needs to stop. */
const slowByteMs = 30;

const linkBody = (path: string): string => JSON.stringify({ user_id: 1, original_url: `https://example.com/${path}` });
const postHead = (length: number, more = ""): string =>
  `POST /urls HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;

async function startWithUser(folder: string, settings: Record<string, string> = {}): Promise<RunningService> {
  const service = await startRunningService({ folder, settings });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  return service;
}

const refusesConnections = async (address: string): Promise<boolean> =>
  openConnection(address).then(
    (connection) => (connection.close(), false),
    () => true,
  );

test("after SIGTERM no connection is accepted, a running request finishes with its answer, and the exit status is 0", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const body = linkBody("slow");
  const uploading = await openConnection(service.address);
  await uploading.write(postHead(body.length) + body.slice(0, 10));
  const idle = await openConnection(service.address);
  await idle.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  await waitUntil("the keep-alive client is answered", 2_000, () => idle.received().includes("200 OK"));
  await waitUntil("the upload has begun", 2_000, async () => (await service.metric("srenity_http_requests_in_flight")) === 2);
  process.kill(service.pid, "SIGTERM");
  await waitUntil("connections are refused", 2_000, () => refusesConnections(service.address));
  expect(uploading.isClosed()).toBe(false);
  for (const byte of body.slice(10)) {
    await uploading.write(byte);
    await Bun.sleep(slowByteMs);
  }
  const startedMs = performance.now();
  await waitUntil("the upload is answered", 2_000, () => uploading.received().includes("\r\n\r\n"));
  expect(uploading.received()).toStartWith("HTTP/1.1 201 Created");
  expect(uploading.received().toLowerCase()).toContain("connection: close");
  expect(await service.exited).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(stopMostMs);
  expect(idle.isClosed()).toBe(true);
  expect(service.logLines().map(({ msg }) => msg)).toEqual(expect.arrayContaining(["started", "request", "stopping", "stopped"]));
  await using again = await startRunningService({ folder: folder.path });
  expect((await again.send("GET", "/urls")).json).toHaveLength(1);
});

test("a request that never ends keeps the service no longer than DRAIN_TIMEOUT_MS", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path, { DRAIN_TIMEOUT_MS: "500" });
  const stalled = await openConnection(service.address);
  await stalled.write(`${postHead(100)}{`);
  await waitUntil("the upload has begun", 2_000, async () => (await service.metric("srenity_http_requests_in_flight")) === 2);
  const startedMs = performance.now();
  expect(await service.stop()).toBe(0);
  const tookMs = performance.now() - startedMs;
  expect(tookMs).toBeGreaterThan(450);
  expect(tookMs).toBeLessThan(500 + stopMostMs);
});

test("a client that is answered while the service drains is told to close, and readiness says that it is stopping", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const body = linkBody("slow");
  const [uploading, probing] = await Promise.all([openConnection(service.address), openConnection(service.address)]);
  await uploading.write(postHead(body.length) + body.slice(0, 10));
  // The head of the probe is begun before SIGTERM, so that its connection counts as accepted.
  await probing.write("GET /ready HTTP/1.1\r\nHost: a\r\n");
  await waitUntil("the upload has begun", 2_000, async () => (await service.metric("srenity_http_requests_in_flight")) === 2);
  process.kill(service.pid, "SIGTERM");
  await waitUntil("connections are refused", 2_000, () => refusesConnections(service.address));
  await probing.write("\r\n");
  await waitUntil("the probe is answered", 2_000, () => probing.received().includes("\r\n\r\n"));
  expect(probing.received()).toStartWith("HTTP/1.1 503");
  expect(probing.received()).toContain("shutting_down");
  expect(probing.received().toLowerCase()).toContain("connection: close");
  await uploading.write(body.slice(10));
  await waitUntil("the upload is answered", 2_000, () => uploading.received().includes("\r\n\r\n"));
  expect(uploading.received().toLowerCase()).toContain("connection: close");
  expect(await service.exited).toBe(0);
});

const retried = new Set(["ConnectionRefused", "ECONNREFUSED", "ECONNRESET", "ConnectionClosed"]);

/** Sends until there is an answer; only a refused or broken connection is tried again. */
async function sendPatiently(address: string, init: RequestInit, deadlineMs: number): Promise<number> {
  for (;;) {
    try {
      const answer = await fetch(address, { ...init, redirect: "manual", signal: AbortSignal.timeout(10_000) });
      await answer.text();
      return answer.status;
    } catch (error) {
      if (!retried.has((error as { code?: string }).code ?? "") || performance.now() > deadlineMs) throw error;
      await Bun.sleep(5);
    }
  }
}

test("five restarts behind retrying clients, keep-alive ones too, fail not one request", async () => {
  using folder = temporaryFolder();
  let service = await startWithUser(folder.path, { LOG_LEVEL: "warn" });
  const { address } = service;
  const { port } = new URL(address);
  const { json } = await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/restart" } });
  const statuses = new Map<string, number>();
  const deadlineMs = performance.now() + 40_000;
  let isOver = false;
  const count = (key: string): void => void statuses.set(key, (statuses.get(key) ?? 0) + 1);
  const visit = async (headers: Record<string, string>): Promise<void> => {
    for (let step = 0; !isOver; step++) {
      if (step % 4 > 0) count(`GET ${await sendPatiently(`${address}/${json.short_code}`, { headers }, deadlineMs)}`);
      else
        count(
          `POST ${await sendPatiently(`${address}/urls`, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: linkBody(crypto.randomUUID()) }, deadlineMs)}`,
        );
    }
  };
  const visits = [...Array.from({ length: 4 }, () => visit({})), ...Array.from({ length: 2 }, () => visit({ Connection: "close" }))];
  try {
    for (let round = 0; round < 5; round++) {
      const before = statuses.get("GET 302") ?? 0;
      await waitUntil("requests are answered", 10_000, () => (statuses.get("GET 302") ?? 0) > before + 50);
      expect(await service.stop()).toBe(0);
      expect(service.errors()).toBe("");
      service = await startRunningService({ folder: folder.path, settings: { PORT: port, LOG_LEVEL: "warn" } });
    }
  } finally {
    isOver = true;
    await Promise.allSettled(visits);
    await service[Symbol.asyncDispose]();
  }
  await Promise.all(visits);
  expect([...statuses.keys()].toSorted()).toEqual(["GET 302", "POST 201"]);
}, 60_000);

test("SIGINT stops like SIGTERM", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path });
  process.kill(service.pid, "SIGINT");
  expect(await service.exited).toBe(0);
  expect(service.logLines().at(-1)).toMatchObject({ msg: "stopped" });
});
