import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { send } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type DrilledService, startDrilledService } from "./drilled-service.ts";

const within = 10_000;
/** How long an order that must be ignored is given to work, in milliseconds. */
const ignoredForMs = 600;

async function makeLink(service: DrilledService): Promise<string> {
  const user = await send(`${service.address}/users`, "POST", { body: { username: "ada", email: "ada@example.org" } });
  const link = await send(`${service.address}/urls`, "POST", { body: { user_id: user.json.id, original_url: "https://example.org/" } });
  return link.json.short_code as string;
}

async function metric(service: DrilledService, pattern: RegExp): Promise<number> {
  const { text } = await send(`${service.address}/prom_metrics`, "GET");
  return [...text.matchAll(new RegExp(pattern, "gm"))].reduce((sum, [, value]) => sum + Number(value), 0);
}

const failedRedirects = /^srenity_http_request_duration_seconds_count\{[^}]*route="\/:code"[^}]*status_class="5xx"[^}]*\} (\S+)/;

test.concurrent("an instance that a drill started fails the share of requests that it is told to, and counts and logs them as failed", async () => {
  using folder = temporaryFolder();
  const logFile = join(folder.path, "log");
  await using service = await startDrilledService({ folder: folder.path, logFile });
  const code = await makeLink(service);
  expect((await send(`${service.address}/${code}`, "GET")).status).toBe(302);
  service.order({ errorShare: 1 });
  await waitUntil("redirects fail", within, async () => (await send(`${service.address}/${code}`, "GET")).status === 500);
  expect((await send(`${service.address}/urls`, "GET")).json).toMatchObject({ status: 500, code: "internal" });
  expect((await send(`${service.address}/health`, "GET")).status).toBe(200);
  expect(await metric(service, failedRedirects)).toBe(1);
  expect(await metric(service, /^srenity_http_requests_in_flight (\S+)/)).toBeLessThanOrEqual(1);
  await waitUntil("the log has it", within, () => readFileSync(logFile, "utf8").includes(`"status":500`));
  service.order({ errorShare: 0.5 });
  const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await send(`${service.address}/${code}`, "GET")).status));
  const failed = statuses.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(50);
  expect(failed).toBeLessThan(150);
  service.order({});
  await waitUntil("redirects answer again", within, async () => (await send(`${service.address}/${code}`, "GET")).status === 302);
}, 30_000);

test.concurrent("it is slow, stands still and takes memory as it is told to, measures that itself, and is well again afterwards", async () => {
  using folder = temporaryFolder();
  await using service = await startDrilledService({ folder: folder.path });
  const code = await makeLink(service);
  const tookMs = async (): Promise<number> => (await send(`${service.address}/${code}`, "GET")).tookMs;
  service.order({ delayMs: 300 });
  await waitUntil("redirects are slow", within, async () => (await tookMs()) > 290);
  expect(await metric(service, /^srenity_http_request_duration_seconds_sum\{[^}]*route="\/:code"[^}]*\} (\S+)/)).toBeGreaterThan(0.29);
  service.order({ stallMs: 400 });
  await waitUntil("redirects are quick", within, async () => (await tookMs()) < 100);
  await waitUntil("the stall is seen", within, async () => (await metric(service, /^srenity_event_loop_lag_max_seconds (\S+)/)) > 0.3);
  const memory = (): Promise<number> => metric(service, /^process_resident_memory_bytes (\S+)/);
  const beforeBytes = await memory();
  service.order({ memoryBytes: 200_000_000 });
  await waitUntil("memory grows", within, async () => (await memory()) > beforeBytes + 190_000_000);
  service.order({});
  await waitUntil("memory is given back", within, async () => (await memory()) < beforeBytes + 60_000_000);
}, 60_000);

for (const [what, options, drillToken] of [
  ["without DRILLS=on", { settings: { DRILLS: "off" } }, "secret"],
  ["that no drill started", { token: null }, "secret"],
  ["without the secret of its drill", {}, "guessed"],
  ["with an empty secret", { token: null }, ""],
] as const) {
  test.concurrent(`a service ${what} takes no orders`, async () => {
    using folder = temporaryFolder();
    await using service = await startDrilledService({ folder: folder.path, ...options });
    const code = await makeLink(service);
    service.order({ errorShare: 1, delayMs: 5_000, memoryBytes: 1_000_000_000 }, drillToken);
    await holdsThroughout("redirects answer at once", ignoredForMs, async () => {
      const { status, tookMs } = await send(`${service.address}/${code}`, "GET");
      return status === 302 && tookMs < 2_000;
    });
  }, 30_000);
}

test("where drills are off, the module that makes faults is not even loaded, and answering is what it is without", () => {
  const source = readFileSync(join(import.meta.dir, "../../src/commands/serve.ts"), "utf8");
  const imports = [...source.matchAll(/^import (type )?.*"\.\/drill-faults\.ts";$/gm)].map(([, type]) => type);
  expect(imports).toEqual(["type "]);
  expect(source).toMatch(/if \(!DRILLS \|\| token === null \|\| process\.send === undefined\) return null;\n\s*const \{ openDrillFaults \} = await import/);
});
