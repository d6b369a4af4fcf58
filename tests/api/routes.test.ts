import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failures } from "../../src/errors.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.send("POST", "/users", { body: { username: "one", email: "one@example.com" } });
  await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/", short_code: "known" } });
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const allowed: [string, string][] = [
  ["/users", "GET, HEAD, POST"],
  ["/users/1", "GET, HEAD, PUT, PATCH, DELETE"],
  ["/users/999", "GET, HEAD, PUT, PATCH, DELETE"],
  ["/users/bulk", "POST"],
  ["/urls", "GET, HEAD, POST"],
  ["/urls/1", "GET, HEAD, PUT, PATCH, DELETE"],
  ["/urls/bulk", "POST"],
  ["/urls/1/stats", "GET, HEAD"],
  ["/urls/1/qr", "GET, HEAD"],
  ["/urls/known/redirect", "GET, HEAD"],
  ["/events", "GET, HEAD, POST"],
  ["/events/1", "GET, HEAD"],
  ["/health", "GET, HEAD"],
  ["/ready", "GET, HEAD"],
  ["/metrics", "GET, HEAD"],
  ["/prom_metrics", "GET, HEAD"],
  ["/openapi.json", "GET, HEAD"],
  ["/docs", "GET, HEAD"],
  ["/docs/errors", "GET, HEAD"],
  ["/", "GET, HEAD"],
  ["/known", "GET, HEAD"],
  ["/r/known", "GET, HEAD"],
  ["/s/known", "GET, HEAD"],
];

describe.each(allowed)("%s", (path, allow) => {
  test(`answers 405 with exactly Allow: ${allow} for every other method, and 204 for OPTIONS`, async () => {
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"].filter((each) => !allow.split(", ").includes(each))) {
      const answer = await service.send(method, path);
      expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, allow]);
      if (method !== "HEAD") expect(answer.json.code).toBe("method_not_allowed");
    }
    const options = await service.send("OPTIONS", path);
    expect([options.status, options.headers.get("allow"), options.text]).toEqual([204, allow, ""]);
  });

  test("tolerates a trailing slash", async () => {
    const method = allow.startsWith("GET") ? "GET" : "POST";
    const [plain, slashed] = [await service.send(method, path), await service.send(method, path === "/" ? path : `${path}/`)];
    expect(slashed.status).toBe(plain.status);
  });

  if (allow.startsWith("GET")) {
    test("answers HEAD like GET, without a body", async () => {
      const [get, head] = [await service.send("GET", path), await service.send("HEAD", path)];
      expect([head.status, head.text]).toEqual([get.status, ""]);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    });
  }
});

describe("an unknown path", () => {
  test.each(["/admin", "/api", "/app", "/users/1/2", "/nothing/here", "/urls/1/nothing", "/r/a/b", "/docs/nothing", "/%zz/x", "/assets/none.css", "/r", "/s/"])(
    "%s answers 404 as a problem for every method",
    async (path) => {
      for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
        const answer = await service.send(method, path);
        expect([method, answer.status, answer.json.code]).toEqual([method, 404, "route_not_found"]);
      }
    },
  );
});

describe("every answer", () => {
  test.each([
    ["GET", "/users"],
    ["GET", "/users/abc"],
    ["POST", "/users"],
    ["PATCH", "/health"],
    ["GET", "/no/such/route"],
    ["GET", "/known"],
    ["GET", "/unknown-code"],
    ["OPTIONS", "/users"],
    ["GET", "/docs"],
  ])("to %s %s echoes X-Request-ID or makes one", async (method, path) => {
    const echoed = await service.send(method, path, { headers: { "X-Request-ID": "abc-123" } });
    expect(echoed.headers.get("x-request-id")).toBe("abc-123");
    if (echoed.json?.code) expect(echoed.json.request_id).toBe("abc-123");
    const made = await service.send(method, path, { headers: { "X-Request-ID": "not valid!" } });
    expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
  });

  test("that is an error is an RFC 9457 problem whose type leads to its description", async () => {
    const page = (await service.send("GET", "/docs/errors")).text;
    for (const [method, path] of [
      ["GET", "/users/0"],
      ["GET", "/urls?user_id=x"],
      ["POST", "/urls"],
      ["DELETE", "/docs"],
      ["GET", "/nowhere/at/all"],
      ["GET", "/unknown-code"],
    ] as const) {
      const { headers, json, status } = await service.send(method, path);
      expect(headers.get("content-type")).toBe("application/problem+json");
      expect(json).toMatchObject({
        type: `/docs/errors#${json.code}`,
        title: expect.any(String),
        status,
        detail: expect.any(String),
        error: expect.any(String),
        request_id: headers.get("x-request-id"),
      });
      expect(failures[json.code as keyof typeof failures].status).toBe(status as never);
      expect(page).toContain(`id="${json.code}"`);
    }
  });
});

describe("the access log", () => {
  test("has one line per request with the route's template, whatever the path", async () => {
    const sent: [string, string, string, string][] = [
      ["GET", "/users/1", "/users/:id", "info"],
      ["GET", "/users/abc", "/users/:id", "info"],
      ["POST", "/users", "/users", "warn"],
      ["DELETE", "/users", "/users", "warn"],
      ["GET", "/no/such/route?secret=1", "unmatched", "info"],
      ["POST", "/known", "/:code", "warn"],
      ["GET", "/health", "/health", "debug"],
      ["GET", "/prom_metrics", "/prom_metrics", "debug"],
      ["GET", "/urls/1/stats", "/urls/:id/stats", "info"],
    ];
    for (const [index, [method, path]] of sent.entries())
      await service.send(method, path, { headers: { "X-Request-ID": `log-${index}`, traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` } });
    const find = (): Record<string, unknown>[] => service.logLines().filter(({ request_id }) => String(request_id).startsWith("log-"));
    for (const deadline = Date.now() + 5_000; find().length < sent.length && Date.now() < deadline;) await Bun.sleep(10);
    const lines = find();
    expect(lines.map(({ method, route, level }) => [method, route, level])).toEqual(sent.map(([method, , route, level]) => [method, route, level]));
    expect(lines.every(({ trace_id }) => trace_id === "a".repeat(32))).toBe(true);
    expect(lines.map(({ path }) => path)).toEqual(sent.map(([, path]) => path.split("?")[0]));
    expect(lines[2]).toMatchObject({ status: 400, error_code: "body_missing", client_address: "127.0.0.0" });
  });
});
