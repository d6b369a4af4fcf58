import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Answer } from "../harness/send.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService({ LOG_LEVEL: "error" });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/fuzzed", short_code: "fuzzed" } });
}, hookTimeoutMs);
afterAll(async () => {
  expect(service.logLines()).toEqual([]);
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

/** Requests per property; enough to meet each field with each odd value, short enough for every run. */
const runs = 300;

const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
const id = fc.oneof(fc.constantFrom("1", "2", "bulk", "0", "-1", "fuzzed", "%00", "%F0%9F%98%80", "9".repeat(400)), fc.string().map(encodeURIComponent));
const path = fc.oneof(
  fc.constantFrom("/users", "/urls", "/events", "/users/bulk", "/urls/bulk", "/health", "/ready", "/metrics", "/prom_metrics", "/openapi.json", "/docs", "/"),
  fc.tuple(fc.constantFrom("/users/", "/urls/", "/events/", "/r/", "/s/", "/"), id).map(([root, end]) => root + end),
  fc.tuple(id, fc.constantFrom("/stats", "/qr", "/redirect")).map(([middle, end]) => `/urls/${middle}${end}`),
);
const parameter = fc.constantFrom(
  "page",
  "per_page",
  "after_id",
  "user_id",
  "url_id",
  "is_active",
  "short_code",
  "title",
  "tag",
  "q",
  "username",
  "email",
  "event_type",
  "from",
  "to",
  "interval",
  "format",
  "size",
  "margin",
  "level",
  "time",
);
const query = fc
  .array(
    fc.tuple(parameter, fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom("true", "-0", "1e9", "2026-01-01", '"', "*", "a OR b", "NEAR(", "%"))),
    { maxLength: 4 },
  )
  .map((pairs) => new URLSearchParams(pairs).toString());

const odd = fc.oneof(
  fc.jsonValue(),
  fc.integer(),
  fc.string(),
  fc.constantFrom(null, true, -1, 1.5, 1e308, "2030-01-01T00:00:00", "https://example.com/", "\u0000", "\ud800", [], {}, ["a", "a"]),
);
const field = fc.constantFrom(
  "username",
  "email",
  "user_id",
  "original_url",
  "title",
  "short_code",
  "expires_at",
  "max_clicks",
  "tags",
  "dedupe",
  "is_active",
  "event_type",
  "url_id",
  "details",
  "urls",
  "__proto__",
  "constructor",
);
const body = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(field, odd, { maxKeys: 8 }).map((fields) => JSON.stringify(fields)) },
  { weight: 2, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string() },
);
const contentType = fc.oneof(
  { weight: 5, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("text/csv", "multipart/form-data; boundary=b", "text/plain", "application/x+json", "x", "multipart/form-data; boundary="),
  },
);

function expectSound(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get("x-request-id")).toMatch(/^\S+$/);
  if (answer.status < 400 || answer.text === "") return;
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.json.status).toBe(answer.status);
}

describe("the service", () => {
  test("answers random JSON, queries and media types on every route without a fault of its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ method, path, query, body, contentType }), async (request) => {
        const hasBody = !["GET", "HEAD"].includes(request.method);
        const answer = await service.send(
          request.method,
          `${request.path}?${request.query}`,
          hasBody ? { body: request.body, headers: { "Content-Type": request.contentType } } : {},
        );
        expectSound(answer);
      }),
      { numRuns: runs * 3 },
    );
  }, 60_000);

  test.each([
    ["POST", "/users", { username: "u", email: "e@example.com" }],
    ["PATCH", "/users/1", { username: "owner" }],
    ["POST", "/urls", { user_id: 1, original_url: "https://example.com/base", title: "t", tags: ["a"], max_clicks: 1 }],
    ["PATCH", "/urls/1", { title: "t", is_active: true, original_url: "https://example.com/base" }],
    ["POST", "/events", { event_type: "seen", url_id: 1, user_id: 1, details: { a: 1 } }],
    ["POST", "/urls/bulk", { urls: [{ user_id: 1, original_url: "https://example.com/base" }] }],
  ] as const)(
    "answers %s %s soundly when one field is replaced by anything",
    async (verb, route, good) => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...Object.keys(good)), odd, async (name, value) => {
          expectSound(await service.send(verb, route, { body: JSON.stringify({ ...good, [name]: value }) }));
        }),
        { numRuns: runs },
      );
    },
    60_000,
  );

  test("answers random bytes as CSV and multipart soundly", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(`id,username,email\n${text}`)),
      fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(`--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n${text}\r\n--b--\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("/users/bulk", "/urls/bulk"),
        bytes,
        fc.constantFrom("text/csv", "multipart/form-data; boundary=b"),
        async (route, sent, type) => {
          expectSound(await service.send("POST", route, { body: sent, headers: { "Content-Type": type } }));
        },
      ),
      { numRuns: runs },
    );
  }, 60_000);

  test("is in full health afterwards", async () => {
    expect((await service.send("GET", "/ready")).status).toBe(200);
    const owner = await service.send("POST", "/users", { body: { username: "survivor", email: "survivor@example.com" } });
    expect(owner.status).toBe(201);
    expect((await service.send("POST", "/urls", { body: { user_id: owner.json.id, original_url: "https://example.com/after-all" } })).status).toBe(201);
  });
});
