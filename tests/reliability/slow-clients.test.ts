import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { openConnection, type RawConnection } from "./raw-connection.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const slowClients = 200;
/** Files that this process, and the service like it, may open; a system that allows few gets a smaller test. */
const openFilesMost = Number(/^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 0);
const idleClients = Math.min(10_000, openFilesMost - 1_000);
const idleClientsLeast = 5_000;
if (idleClients < idleClientsLeast) console.warn(`!!! the test of idle connections is SKIPPED: this system allows a process ${openFilesMost} open files`);
/** Connections opened at once: below the backlog of the listening socket. */
const openedAtOnce = 200;
/** Latency of the others' requests: far above what they need on an idle machine, far below what a stalled server shows. */
const medianMostMs = 50;
const longestMostMs = 1_000;
/** A connection without traffic is closed after 30 s; the timer ticks every few seconds. */
const idleClosedWithinMs = 45_000;
/** A body may take 30 s. */
const bodyAnsweredWithinMs = 40_000;
const mebibyte = 1_048_576;

/** Opens many connections, a few at a time. */
async function openMany(address: string, connections: number): Promise<RawConnection[]> {
  const opened: RawConnection[] = [];
  while (opened.length < connections) {
    const wave = Math.min(openedAtOnce, connections - opened.length);
    opened.push(...(await Promise.all(Array.from({ length: wave }, () => openConnection(address)))));
  }
  return opened;
}

/** A service with one link. */
async function startWithLink(folder: string): Promise<RunningService> {
  const service = await startRunningService({ folder, settings: { LOG_LEVEL: "warn" } });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/served", short_code: "served" } });
  return service;
}

/** Redirects, reads and writes as other clients would; fails when one is refused or slow. */
async function expectNormalService(service: RunningService): Promise<void> {
  const took: number[] = [];
  for (let request = 0; request < 60; request++) {
    const answers = await Promise.all([
      service.send("GET", "/served"),
      service.send("GET", "/urls/1"),
      service.send("POST", "/urls", { body: { user_id: 1, original_url: `https://example.com/${crypto.randomUUID()}` } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([302, 200, 201]);
    took.push(...answers.map(({ tookMs }) => tookMs));
  }
  took.sort((a, b) => a - b);
  expect(took[took.length >> 1]).toBeLessThan(medianMostMs);
  expect(took.at(-1)).toBeLessThan(longestMostMs);
}

test("200 clients that drip their headers, and 200 that drip their bodies, hold up nobody else, and are answered when they are done", async () => {
  using folder = temporaryFolder();
  await using service = await startWithLink(folder.path);
  const body = JSON.stringify({ user_id: 1, original_url: "https://example.com/slow", dedupe: false });
  const head = `POST /urls HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const [slowHeads, slowBodies] = await Promise.all([openMany(service.address, slowClients), openMany(service.address, slowClients)]);
  const heads = slowHeads.map((connection) => ({ connection, rest: head + body, stopAt: body.length + 20 }));
  const bodies = slowBodies.map((connection) => ({ connection, rest: head + body, stopAt: 20 }));
  await Promise.all(bodies.map((slow) => slow.connection.write(slow.rest.slice(0, head.length)).then(() => (slow.rest = slow.rest.slice(head.length)))));
  const all = [...heads, ...bodies];
  let isDripping = true;
  const drip = async (): Promise<void> => {
    while (isDripping) {
      for (const slow of all) {
        if (slow.rest.length <= slow.stopAt) continue;
        await slow.connection.write(slow.rest.slice(0, 2));
        slow.rest = slow.rest.slice(2);
      }
      await Bun.sleep(20);
    }
  };
  const dripping = drip();
  await expectNormalService(service);
  isDripping = false;
  await dripping;
  await Promise.all(all.map(({ connection, rest }) => connection.write(rest)));
  await waitUntil("every slow client is answered", 10_000, () => all.every(({ connection }) => connection.received().includes("\r\n\r\n")));
  expect(new Set(all.map(({ connection }) => connection.received().split("\r\n", 1)[0]))).toEqual(new Set(["HTTP/1.1 201 Created"]));
  for (const { connection } of all) connection.close();
  await expectNormalService(service);
  expect(service.errors()).toBe("");
}, 60_000);

test("clients that go away in the middle of a request leave nothing in flight", async () => {
  using folder = temporaryFolder();
  await using service = await startWithLink(folder.path);
  const connections = await openMany(service.address, slowClients);
  const head = "POST /urls HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  const endings = ["Content-Length: 100\r\n\r\n{", 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"us', "Content-Le"];
  await Promise.all(connections.map((connection, index) => connection.write(head + endings[index % endings.length])));
  await waitUntil("the requests have begun", 5_000, async () => (await service.metric("srenity_http_requests_in_flight")) > slowClients / 2);
  for (const connection of connections) connection.close();
  await waitUntil("nothing is in flight but the question", 5_000, async () => (await service.metric("srenity_http_requests_in_flight")) === 1);
  await expectNormalService(service);
  expect(await service.metric("srenity_unhandled_errors_total")).toBe(0);
  expect(await service.stop()).toBe(0);
}, 60_000);

test.concurrent("a body that drips for ever is 408 after its time, while its connection is never idle", async () => {
  using folder = temporaryFolder();
  await using service = await startWithLink(folder.path);
  const framings = ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"];
  const connections = await openMany(service.address, framings.length);
  const startedMs = performance.now();
  await Promise.all(
    connections.map((connection, index) => connection.write(`POST /urls HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${framings[index]}`)),
  );
  await waitUntil("both are answered", bodyAnsweredWithinMs, async () => {
    await Promise.all(connections.map((connection, index) => connection.write(index === 0 ? " " : "1\r\n \r\n")));
    await Bun.sleep(500);
    return connections.every((connection) => connection.received().includes("\r\n\r\n"));
  });
  expect(performance.now() - startedMs).toBeGreaterThan(25_000);
  for (const connection of connections) {
    expect(connection.received()).toStartWith("HTTP/1.1 408 ");
    expect(connection.received()).toContain('"code":"body_timeout"');
    connection.close();
  }
  await expectNormalService(service);
}, 60_000);

test.concurrent.skipIf(idleClients < idleClientsLeast)(
  "10 000 idle connections cost nobody else anything, are closed by the service after their time, and their memory comes back",
  async () => {
    using folder = temporaryFolder();
    await using service = await startWithLink(folder.path);
    await expectNormalService(service);
    const before = service.residentBytes();
    const connections = await openMany(service.address, idleClients);
    // Half say nothing at all, half have been answered once and keep the connection.
    await Promise.all(connections.filter((_, index) => index % 2 === 0).map((connection) => connection.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")));
    await waitUntil("half of them are answered", 10_000, () =>
      connections.every((connection, index) => index % 2 === 1 || connection.received().includes("\r\n\r\n")),
    );
    await waitUntil("all of them are accepted", 10_000, async () => (await service.metric("process_open_fds")) > idleClients);
    const held = service.residentBytes() - before;
    expect(held).toBeLessThan(200 * mebibyte);
    await expectNormalService(service);
    await waitUntil("all of them are closed", idleClosedWithinMs, () => connections.every((connection) => connection.isClosed()));
    await waitUntil("their descriptors are given back", 5_000, async () => (await service.metric("process_open_fds")) < 200);
    await expectNormalService(service);
    expect(service.residentBytes() - before).toBeLessThan(60 * mebibyte);
  },
  120_000,
);
