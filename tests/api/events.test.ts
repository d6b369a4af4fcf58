import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Answer } from "../harness/send.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
let user_id: number;
let url_id: number;
let short_code: string;
beforeAll(async () => {
  service = await startService();
  user_id = (await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } })).json.id;
  const link = (await service.send("POST", "/urls", { body: { user_id, original_url: "https://example.com/events" } })).json;
  url_id = link.id;
  short_code = link.short_code;
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const record = (fields: Record<string, unknown>): Promise<Answer> =>
  service.send("POST", "/events", { body: { event_type: "viewed", url_id, user_id, ...fields } });

describe("recording an event", () => {
  test("answers 201 with the event and its address, and two identical posts are two events", async () => {
    const first = await record({ details: { source: "mail", deep: { list: [1, null, "x"] } } });
    const second = await record({ details: { source: "mail", deep: { list: [1, null, "x"] } } });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(Object.keys(first.json)).toEqual(["id", "url_id", "user_id", "event_type", "timestamp", "details"]);
    expect(first.json).toMatchObject({ url_id, user_id, event_type: "viewed", details: { source: "mail", deep: { list: [1, null, "x"] } } });
    expect(second.json.id).toBeGreaterThan(first.json.id);
    expect(first.headers.get("location")).toBe(`/events/${first.json.id}`);
    expect((await service.send("GET", `/events/${first.json.id}`)).json).toEqual(first.json);
  });

  test("makes absent and null details an empty object", async () => {
    expect((await record({})).json.details).toEqual({});
    expect((await record({ details: null })).json.details).toEqual({});
  });

  test.each([
    [{ event_type: undefined }, 400, "event_type"],
    [{ url_id: undefined }, 400, "url_id"],
    [{ user_id: undefined }, 400, "user_id"],
    [{ event_type: 1 }, 422, "event_type"],
    [{ event_type: "" }, 422, "event_type"],
    [{ event_type: "Click" }, 422, "event_type"],
    [{ event_type: "9lives" }, 422, "event_type"],
    [{ event_type: "x".repeat(33) }, 422, "event_type"],
    [{ url_id: "1" }, 422, "url_id"],
    [{ url_id: true }, 422, "url_id"],
    [{ user_id: 1.5 }, 422, "user_id"],
    [{ user_id: null }, 422, "user_id"],
    [{ details: [] }, 422, "details"],
    [{ details: "x" }, 422, "details"],
    [{ details: 5 }, 422, "details"],
    [{ details: false }, 422, "details"],
    [{ details: { big: "x".repeat(16_384) } }, 422, "details"],
  ])("refuses %j with %d naming %s", async (fields, status, field) => {
    const answer = await record(fields);
    expect([answer.status, answer.json.errors[0].field]).toEqual([status, field]);
  });

  test("refuses details that nest too deep, and takes details just as deep as allowed", async () => {
    const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`);
    expect((await record({ details: nested(32) })).status).toBe(201);
    expect((await record({ details: nested(33) })).status).toBe(422);
    expect((await record({ details: nested(5_000) })).status).toBe(422);
  });

  test("answers 404 for an unknown link and an unknown user", async () => {
    const noUrl = await record({ url_id: 999_999 });
    expect([noUrl.status, noUrl.json.error]).toEqual([404, "url not found"]);
    const noUser = await record({ user_id: 999_999 });
    expect([noUser.status, noUser.json.error]).toEqual([404, "user not found"]);
  });
});

describe("reading events", () => {
  test.each(["0", "abc", "999999999", "-1"])("answers 404 event not found for the id %s", async (id) => {
    const answer = await service.send("GET", `/events/${id}`);
    expect([answer.status, answer.json.error]).toEqual([404, "event not found"]);
  });

  test("shows a click as soon as its redirect is answered, each time, in the list and by its id", async () => {
    for (let clicks = 1; clicks <= 3; clicks++) {
      const redirect = await service.send("GET", `/${short_code}`, { headers: { Referer: "https://news.example/", "User-Agent": "Check/1.0" } });
      expect(redirect.status).toBe(302);
      const events = (await service.send("GET", `/events?url_id=${url_id}&event_type=click`)).json;
      expect(events).toHaveLength(clicks);
      expect(events.at(-1)).toMatchObject({
        user_id,
        details: { short_code, original_url: "https://example.com/events", referrer: "https://news.example/", user_agent: "Check/1.0" },
      });
      expect((await service.send("GET", `/events/${events.at(-1).id}`)).json).toEqual(events.at(-1));
    }
    expect((await service.send("GET", `/urls/${url_id}`)).json.clicks).toBe(3);
  });

  test("filters by link, user, type and time", async () => {
    const all = (await service.send("GET", "/events")).json;
    expect((await service.send("GET", `/events?url_id=${url_id}&user_id=${user_id}`)).json).toEqual(all);
    expect((await service.send("GET", "/events?event_type=created")).json).toHaveLength(1);
    expect((await service.send("GET", "/events?event_type=none")).json).toEqual([]);
    expect((await service.send("GET", "/events?url_id=999")).json).toEqual([]);
    expect((await service.send("GET", "/events?from=2000-01-01T00:00:00&to=2999-01-01")).json).toEqual(all);
    expect((await service.send("GET", "/events?from=2999-01-01T00:00:00Z")).json).toEqual([]);
    expect((await service.send("GET", "/events?to=2000-01-01T00:00:00.000Z")).json).toEqual([]);
  });

  test.each(["url_id=abc", "user_id=x", "from=yesterday", "to=2026-13-01T00:00:00", "page=x", "per_page=1.5", "after_id=z", "time=unix"])(
    "answers 400 for ?%s",
    async (query) => {
      const answer = await service.send("GET", `/events?${query}`);
      expect([answer.status, answer.json.errors[0].field]).toEqual([400, query.split("=")[0]]);
    },
  );
});
