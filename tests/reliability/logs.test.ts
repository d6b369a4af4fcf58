import { expect, test } from "bun:test";
import { openConnection } from "./raw-connection.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const key = "key-for-the-log-test-0123456789";
const destination = "https://user-area.example/path?token=query-of-destination";
const traceId = "0af7651916cd43dd8448eb211c80319c";

const authorized = { Authorization: `Bearer ${key}`, "User-Agent": "log test/1.0" };

/** Requests of every kind, and the route and status each must be logged with. */
async function sendEveryKind(service: RunningService): Promise<(readonly [method: string, route: string, status: number])[]> {
  const sent: (readonly [string, string, number])[] = [];
  const send = async (method: string, path: string, route: string, more: { body?: unknown; headers?: Record<string, string> } = {}): Promise<void> => {
    const { status } = await service.send(method, path, { ...more, headers: { ...authorized, ...more.headers } });
    sent.push([method, route, status]);
  };
  await send("POST", "/users", "/users", { body: { username: "owner", email: "owner@example.com" } });
  await send("POST", "/users", "/users", { body: "{broken" });
  await send("GET", "/users", "/users", { headers: { Authorization: "Bearer a-key-that-nobody-made" } });
  await send("POST", "/urls", "/urls", { body: { user_id: 1, original_url: destination, short_code: "logged" }, headers: { "Idempotency-Key": "once" } });
  await send("POST", "/urls", "/urls", { body: { user_id: 1, original_url: destination, short_code: "logged" }, headers: { "Idempotency-Key": "once" } });
  await send("POST", "/urls", "/urls", { body: { user_id: 1, original_url: "ftp://example.com/?secret=query-of-destination" } });
  await send("GET", "/logged?utm=query-of-redirect", "/:code", { headers: { Referer: "https://referrer.example/?q=query-of-referrer" } });
  await send("HEAD", "/logged", "/:code");
  await send("GET", "/unknown", "/:code", { headers: { Accept: "text/html" } });
  await send("GET", "/r/logged", "/r/:code", { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  await send("GET", "/urls/logged/redirect", "/urls/:code/redirect");
  await send("GET", "/urls?q=query-of-list", "/urls");
  await send("GET", "/urls/1", "/urls/:id");
  await send("PATCH", "/urls/1", "/urls/:id", { body: { title: 'a "quoted"\nline' } });
  await send("DELETE", "/health", "/health");
  await send("GET", "/no/such/route", "unmatched");
  await send("GET", `/no/${encodeURIComponent('\u2028\n"')}`, "unmatched");
  await send("POST", "/users/bulk", "/users/bulk", { body: "username,email\nsecond,second@example.com\n", headers: { "Content-Type": "text/csv" } });
  await send("GET", "/health", "/health");
  await send("GET", "/prom_metrics", "/prom_metrics", { headers: { "User-Agent": 'odd \u00e9 "agent\\' } });
  await send("DELETE", "/urls/1", "/urls/:id");
  return sent;
}

const requestFields = {
  level: expect.stringMatching(/^(debug|info|warn|error)$/),
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  request_id: expect.stringMatching(/^[\w.:-]{8,}$/),
  trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
  method: expect.any(String),
  route: expect.any(String),
  path: expect.stringMatching(/^\/[^?]*$/),
  status: expect.any(Number),
  duration_ms: expect.any(Number),
  bytes: expect.any(Number),
  client_address: "127.0.0.0",
  user_agent: expect.any(String),
};

test("every line of a run with all kinds of requests is one JSON object; each request has one line with every field, and no secret or query is in any", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "debug", AUTH: "on", AUTH_KEYS: key } });
  const sent = await sendEveryKind(service);
  expect(await service.stop()).toBe(0);
  const lines = service.logLines();
  expect(service.output()).toEndWith("\n");
  for (const line of lines) expect(line).toEqual(expect.objectContaining({ level: expect.any(String), time: requestFields.time, msg: expect.any(String) }));
  const requests = lines.filter(({ msg }) => msg === "request");
  for (const line of requests) expect(line).toEqual(expect.objectContaining(requestFields));
  expect(requests.map(({ method, route, status }) => [method, route, status])).toEqual(sent.map((request) => [...request]));
  expect(new Set(requests.map(({ request_id: id }) => id)).size).toBe(requests.length);
  expect(requests.filter(({ trace_id: id }) => id === traceId).map(({ route }) => route)).toEqual(["/r/:code"]);
  expect(lines.map(({ msg }) => msg).filter((msg) => msg !== "request")).toEqual(["started", "stopping", "stopped"]);
  for (const hidden of [key, "a-key-that-nobody-made", "query-of", '127.0.0.1"', "second@example.com", "owner@example.com"])
    expect(service.output()).not.toContain(hidden);
  expect(service.errors()).toBe("");
});

test("levels follow the status: a good answer and an unknown link are info, a refusal is warn, a probe is debug", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "debug" } });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  for (const path of ["/users", "/unknown", "/users?page=x", "/health", "/ready", "/metrics", "/prom_metrics"]) await service.send("GET", path);
  await service.stop();
  const requests = service.logLines().filter((line) => line["msg"] === "request");
  const levels = Object.fromEntries(requests.map((line) => [[line["method"], line["path"], line["status"]].join(" "), line["level"]]));
  expect(levels).toEqual({
    "POST /users 201": "info",
    "GET /users 200": "info",
    "GET /unknown 404": "info",
    "GET /users 400": "warn",
    "GET /health 200": "debug",
    "GET /ready 200": "debug",
    "GET /metrics 200": "debug",
    "GET /prom_metrics 200": "debug",
  });
});

test("bytes that are no HTTP are refused without a line that is no JSON, and the service goes on", async () => {
  using folder = temporaryFolder();
  await using service = await startRunningService({ folder: folder.path });
  const noise = [
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `GET /${"a".repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    "\0".repeat(100),
    "POST /urls HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
  ];
  for (const bytes of noise) {
    const connection = await openConnection(service.address);
    await connection.write(bytes);
    if (!bytes.startsWith("\0") && !bytes.startsWith("\x16"))
      await waitUntil("it is answered or closed", 5_000, () => connection.isClosed() || connection.received() !== "");
    expect(connection.received()).not.toMatch(/^HTTP\/1\.1 [23]/);
    connection.close();
  }
  expect((await service.send("GET", "/health")).status).toBe(200);
  await service.stop();
  expect(service.logLines().length).toBeGreaterThan(0);
  expect(service.errors()).toBe("");
});
