import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runCommand } from "../harness/run-command.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

const adminKey = "an-admin-key-of-32-characters-ok";
const secondKey = "another-admin-key-0123456789";

let service: Service;
let editor: string;
let viewer: string;
beforeAll(async () => {
  service = await startService({ AUTH: "on", AUTH_KEYS: `${adminKey},${secondKey}` });
  editor = await printed(["key", "create", "--name", "editor", "--role", "editor"]);
  viewer = await printed(["key", "create", "--name", "viewer", "--role", "viewer"]);
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const as = (key: string): { headers: Record<string, string> } => ({ headers: { Authorization: `Bearer ${key}` } });
let made = 0;
const user = (): { username: string; email: string } => ({ username: `user${++made}`, email: `user${made}@example.com` });

describe("with AUTH=on", () => {
  test.each(["/users", "/urls", "/events", "/metrics", "/prom_metrics", "/urls/1/qr", "/urls/1/stats"])("%s needs a key, and any key will do", async (path) => {
    const without = await service.send("GET", path);
    expect([without.status, without.json.code, without.headers.get("www-authenticate")]).toEqual([401, "unauthorized", "Bearer"]);
    for (const key of [adminKey, secondKey, editor, viewer]) expect((await service.send("GET", path, as(key))).status).not.toBe(401);
  });

  test.each(["/health", "/ready", "/docs", "/docs/errors", "/openapi.json", "/assets/page.css", "/robots.txt", "/favicon.ico", "/"])(
    "%s stays open",
    async (path) => {
      expect((await service.send("GET", path)).status).toBe(200);
    },
  );

  test("redirects stay open", async () => {
    await service.send("POST", "/users", { body: user(), ...as(adminKey) });
    const { json } = await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/open" }, ...as(editor) });
    expect((await service.send("GET", `/${json.short_code}`)).status).toBe(302);
  });

  test.each([
    "Bearer wrong-key-wrong-key",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    `bearer ${"x".repeat(600)}`,
    adminKey,
    `Bearer ${adminKey} x`,
    `Bearer ${adminKey.slice(0, -1)}`,
  ])("refuses Authorization: %s with 401", async (header) => {
    const answer = await service.send("GET", "/users", { headers: { Authorization: header } });
    expect([answer.status, answer.json.code]).toEqual([401, "unauthorized"]);
    expect(answer.headers.get("www-authenticate")).toStartWith("Bearer");
  });

  test("takes the scheme in any case", async () => {
    expect((await service.send("GET", "/users", { headers: { Authorization: `bearer ${viewer}` } })).status).toBe(200);
  });

  test("a viewer reads and writes nothing", async () => {
    expect((await service.send("GET", "/users", as(viewer))).status).toBe(200);
    expect((await service.send("HEAD", "/users", as(viewer))).status).toBe(200);
    for (const [method, path] of [
      ["POST", "/users"],
      ["POST", "/urls"],
      ["POST", "/events"],
      ["POST", "/users/bulk"],
      ["POST", "/urls/bulk"],
      ["PUT", "/users/1"],
      ["PATCH", "/urls/1"],
      ["DELETE", "/urls/1"],
      ["DELETE", "/users/1"],
    ] as const) {
      const answer = await service.send(method, path, as(viewer));
      expect([method, path, answer.status, answer.json.code]).toEqual([method, path, 403, "forbidden"]);
    }
  });

  test("an editor writes everything but deletes no user; an admin does", async () => {
    const { json } = await service.send("POST", "/users", { body: user(), ...as(editor) });
    expect((await service.send("PATCH", `/users/${json.id}`, { body: { username: "renamed" }, ...as(editor) })).status).toBe(200);
    expect((await service.send("DELETE", `/users/${json.id}`, as(editor))).status).toBe(403);
    expect((await service.send("DELETE", `/users/${json.id}`, as(adminKey))).status).toBe(204);
  });

  test("says nothing of a body or an id before it knows who asks", async () => {
    expect((await service.send("POST", "/users", { body: "[" })).status).toBe(401);
    expect((await service.send("GET", "/users/abc")).status).toBe(401);
  });

  test("keeps the Idempotency-Keys of callers apart", async () => {
    const send = (key: string): ReturnType<Service["send"]> =>
      service.send("POST", "/users", { body: user(), headers: { ...as(key).headers, "Idempotency-Key": "shared" } });
    const [one, two] = [await send(adminKey), await send(editor)];
    expect([one.status, two.status, two.headers.get("idempotency-replayed")]).toEqual([201, 201, null]);
  });

  test("refuses a revoked key within 5 seconds", async () => {
    const key = await printed(["key", "create", "--name", "short-lived", "--role", "viewer"]);
    expect((await service.send("GET", "/users", as(key))).status).toBe(200);
    const list = await printed(["key", "list"]);
    const id = /(\d+)\s*[│|]\s*short-lived/.exec(list)?.[1] ?? "";
    await printed(["key", "revoke", id]);
    let status = 200;
    for (const deadlineMs = Date.now() + 6_000; status === 200 && Date.now() < deadlineMs;) {
      await Bun.sleep(50);
      status = (await service.send("GET", "/users", as(key))).status;
    }
    expect(status).toBe(401);
  }, 20_000);
});

describe("with AUTH=off", () => {
  test(
    "everything is open, whatever the header says",
    async () => {
      const open = await startService({ AUTH: "off" });
      expect((await open.send("GET", "/users")).status).toBe(200);
      expect((await open.send("GET", "/users", as("nonsense"))).status).toBe(200);
      expect(await open.stop()).toBe(0);
    },
    hookTimeoutMs,
  );
});

/** What a command prints, run beside the service on its folder. */
async function printed(words: string[]): Promise<string> {
  const { status, output, errors } = await runCommand(words, service.folder);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${errors}`);
  return output.trim();
}
