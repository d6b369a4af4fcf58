import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attemptStart, type RunningService, startRunningService } from "../harness/running-service.ts";
import { send, type SendOptions } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

/** Real programs on a machine that may be busy, in milliseconds. */
setDefaultTimeout(60_000);

const key = "a-key-of-the-operator";
/** Nothing listens there: who may do what does not depend on what is watched. */
const settings = { LOG_LEVEL: "error", WATCH_TARGETS: "http://127.0.0.1:1" };

const folder = temporaryFolder();
const keyedFolder = temporaryFolder();
let desk: RunningService;
let keyed: RunningService;

beforeAll(async () => {
  [desk, keyed] = await Promise.all([
    startRunningService({ folder: folder.path, command: "watch", settings }),
    startRunningService({ folder: keyedFolder.path, command: "watch", settings: { ...settings, AUTH: "on", AUTH_KEYS: key } }),
  ]);
}, 60_000);

afterAll(async () => {
  await Promise.all([desk.stop(), keyed.stop()]);
  folder[Symbol.dispose]();
  keyedFolder[Symbol.dispose]();
}, 60_000);

describe("who may", () => {
  const ask = (method: string, path: string, options: SendOptions = {}) => keyed.send(method, path, options);

  test("read and write only with a key, but for what is public", async () => {
    for (const path of ["/api/now", "/api/stream", "/api/logs/stream", "/api/settings", "/prom_metrics"]) expect((await ask("GET", path)).status).toBe(401);
    for (const path of ["/webhooks/alertmanager", "/heartbeats/a", "/deploys", "/api/incidents"])
      expect((await ask("POST", path, { body: {} })).status).toBe(401);
    for (const path of ["/health", "/status", "/status.json", "/api/session"]) expect((await ask("GET", path)).status).toBe(200);
    const headers = { Authorization: `Bearer ${key}` };
    expect((await ask("GET", "/api/now", { headers })).status).toBe(200);
    expect((await ask("POST", "/heartbeats/a?every=3600", { headers })).status).toBe(200);
    expect((await ask("GET", "/api/now", { headers: { Authorization: "Bearer wrong-wrong-wrong" } })).status).toBe(401);
  });

  test("sign in for a cookie that no script reads and no other site sends, and write only from our own pages", async () => {
    const signedIn = await ask("POST", "/api/session", { body: { key, name: "Ann" } });
    const cookie = signedIn.headers.get("set-cookie") ?? "";
    expect({ status: signedIn.status, json: signedIn.json }).toEqual({ status: 200, json: { author: "Ann", isOpen: false } });
    expect(cookie).toMatch(/^srenity_desk=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/);
    const own = { Cookie: cookie.split(";")[0] ?? "" };
    expect((await ask("GET", "/api/session", { headers: own })).json).toEqual({ author: "Ann", isOpen: false });
    const body = { title: "by cookie", severity: "ticket", service: "s" };
    const write = (headers: Record<string, string>) => ask("POST", "/api/incidents", { body, headers: { ...own, ...headers } });
    expect((await write({ Origin: keyed.address })).status).toBe(201);
    expect((await write({ Origin: "https://evil.example" })).status).toBe(403);
    expect((await write({ "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await write({ "Content-Type": "text/plain" })).status).toBe(415);
    expect((await ask("POST", "/api/incidents/1/acknowledge", { headers: own })).status).toBe(415);
    const tampered = { Cookie: own.Cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")) };
    expect((await ask("GET", "/api/now", { headers: tampered })).status).toBe(401);
  });

  test("guess keys only a few times a minute", async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries++) statuses.push((await ask("POST", "/api/session", { body: { key: "wrong" } })).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.at(-1)).toBe(429);
  });

  test("reach an open desk only under the name of this machine", async () => {
    const ofElsewhere = await send(`${desk.address}/api/now`, "GET", { headers: { Host: "evil.example" } });
    expect(ofElsewhere.json).toMatchObject({ status: 403, code: "forbidden" });
  });

  test("see no secret among the settings", async () => {
    const { json } = await ask("GET", "/api/settings", { headers: { Authorization: `Bearer ${key}` } });
    const settings = json.settings as { name: string; value: string }[];
    expect(settings.find(({ name }) => name === "AUTH_KEYS")).toMatchObject({ value: "set" });
    expect(settings.find(({ name }) => name === "SMTP_URL")).toMatchObject({ value: "not set" });
    expect(JSON.stringify(json)).not.toContain(key);
  });
});

test("two desks cannot share a folder, and one that strangers could reach does not start", async () => {
  const second = await attemptStart({ folder: folder.path, command: "watch", settings });
  expect(second).toMatchObject({ status: 78 });
  expect(second.errors).toMatch(/^srenity watch: Another SREnity serves from/);
  using other = temporaryFolder();
  const open = await attemptStart({ folder: other.path, command: "watch", settings: { HOST: "0.0.0.0" } });
  expect(open).toMatchObject({ status: 78 });
  expect(open.errors).toContain("AUTH_KEYS");
});

test("a desk whose database is damaged begins afresh beside the saved copy, and says so as an incident", async () => {
  using other = temporaryFolder();
  const first = await startRunningService({ folder: other.path, command: "watch", settings });
  expect(await first.stop()).toBe(0);
  const file = join(other.path, "desk", "desk.db");
  writeFileSync(file, readFileSync(file).fill(0xff, 100, 12_000));
  await using second = await startRunningService({ folder: other.path, command: "watch", settings });
  const { incidents } = (await second.send("GET", "/api/incidents")).json as { incidents: { title: string; severity: string }[] };
  expect(incidents).toMatchObject([{ title: "The desk's database was damaged, and the desk began afresh", severity: "ticket" }]);
  expect(readdirSync(join(other.path, "desk")).filter((name) => /^desk\.db\.damaged-\w+$/.test(name))).toHaveLength(1);
});
