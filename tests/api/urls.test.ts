import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Answer } from "../harness/send.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
let owner: number;
let other: number;
beforeAll(async () => {
  service = await startService();
  owner = (await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } })).json.id;
  other = (await service.send("POST", "/users", { body: { username: "other", email: "other@example.com" } })).json.id;
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const create = (fields: Record<string, unknown>): Promise<Answer> => service.send("POST", "/urls", { body: { user_id: owner, ...fields } });
const eventsOf = async (id: number): Promise<{ event_type: string; details: Record<string, unknown>; user_id: number }[]> =>
  (await service.send("GET", `/events?url_id=${id}`)).json;

describe("creating a link", () => {
  test("answers 201 with every field of the contract and records the event created", async () => {
    const answer = await create({ original_url: "https://example.com/first", title: "First" });
    expect(answer.status).toBe(201);
    const { json } = answer;
    expect(Object.keys(json)).toEqual(
      "id user_id short_code short_url original_url title is_active expires_at max_clicks clicks tags created_at updated_at".split(" "),
    );
    expect(json).toMatchObject({
      user_id: owner,
      original_url: "https://example.com/first",
      title: "First",
      is_active: true,
      expires_at: null,
      max_clicks: null,
      clicks: 0,
      tags: [],
    });
    expect(json.short_code).toMatch(/^(?=.*[A-Za-z])[0-9A-Za-z]{6}$/);
    expect(json.short_url).toBe(`${service.address}/${json.short_code}`);
    expect(answer.headers.get("location")).toBe(`/urls/${json.id}`);
    expect((await service.send("GET", `/urls/${json.id}`)).json).toEqual(json);
    const events = await eventsOf(json.id);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      event_type: "created",
      user_id: owner,
      details: { short_code: json.short_code, original_url: "https://example.com/first" },
    });
  });

  test("returns the owner's active link to the same normalised address with 200, and nothing new", async () => {
    const first = await create({ original_url: "https://EXAMPLE.com:443/same?b=2&a=1#" });
    const again = await create({ original_url: "https://example.com/same?b=2&a=1" });
    expect([again.status, again.json.id, again.headers.get("location")]).toEqual([200, first.json.id, null]);
    expect(await eventsOf(first.json.id)).toHaveLength(1);
    const otherPath = await create({ original_url: "https://example.com/Same?b=2&a=1" });
    expect(otherPath.status).toBe(201);
  });

  test("makes a new link for another owner, dedupe false, a custom code, a limit, or when the first is inactive", async () => {
    const original_url = "https://example.com/dedupe";
    const first = (await create({ original_url })).json;
    for (const fields of [{ user_id: other }, { dedupe: false }, { short_code: "dedupe-own" }, { max_clicks: 5 }, { expires_at: "2099-01-01T00:00:00" }]) {
      const answer = await create({ original_url, ...fields });
      expect(answer.status).toBe(201);
      expect(answer.json.id).not.toBe(first.id);
    }
    for (const { id } of (await service.send("GET", `/urls?user_id=${owner}&is_active=true&per_page=1000`)).json.filter(
      (link: { original_url: string }) => link.original_url === original_url,
    )) {
      await service.send("PATCH", `/urls/${id}`, { body: { is_active: false } });
    }
    expect((await create({ original_url })).status).toBe(201);
  });

  test("keeps title, tags without repeats, expiry in both formats and a click limit", async () => {
    const answer = await create({
      original_url: "https://example.com/full",
      title: null,
      tags: ["a", "b", "a"],
      expires_at: "2099-06-01T12:30:00+02:00",
      max_clicks: 3,
      short_code: null,
    });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ title: null, tags: ["a", "b"], expires_at: "2099-06-01T10:30:00", max_clicks: 3 });
    const plain = await create({ original_url: "https://example.com/full2", expires_at: "2099-06-01T12:30:00" });
    expect(plain.json.expires_at).toBe("2099-06-01T12:30:00");
  });

  test("takes a custom code once, then answers 409, also after the link is deleted", async () => {
    const first = await create({ original_url: "https://example.com/custom", short_code: "My_Code-1" });
    expect([first.status, first.json.short_code]).toEqual([201, "My_Code-1"]);
    const second = await create({ original_url: "https://example.com/custom2", short_code: "My_Code-1" });
    expect([second.status, second.json.code]).toEqual([409, "code_taken"]);
    await service.send("DELETE", `/urls/${first.json.id}`);
    const third = await create({ original_url: "https://example.com/custom3", short_code: "My_Code-1" });
    expect([third.status, third.json.code]).toEqual([409, "code_retired"]);
  });

  test.each(["users", "urls", "events", "health", "ready", "metrics", "prom_metrics", "docs", "app", "api", "assets", "rest", "HEALTH"])(
    "refuses the reserved code %s with 409",
    async (short_code) => {
      const answer = await create({ original_url: "https://example.com/reserved", short_code });
      expect([answer.status, answer.json.code]).toEqual([409, "code_reserved"]);
    },
  );

  test.each([
    [{}, 400, "original_url"],
    [{ user_id: undefined, original_url: "https://example.com/" }, 400, "user_id"],
    [{ user_id: "1", original_url: "https://example.com/" }, 422, "user_id"],
    [{ user_id: true, original_url: "https://example.com/" }, 422, "user_id"],
    [{ user_id: 1.5, original_url: "https://example.com/" }, 422, "user_id"],
    [{ user_id: null, original_url: "https://example.com/" }, 422, "user_id"],
    [{ user_id: 1e300, original_url: "https://example.com/" }, 422, "user_id"],
    [{ original_url: 7 }, 422, "original_url"],
    [{ original_url: null }, 422, "original_url"],
    [{ original_url: "" }, 422, "original_url"],
    [{ original_url: "example.com/no-scheme" }, 422, "original_url"],
    [{ original_url: "/relative" }, 422, "original_url"],
    [{ original_url: "ftp://example.com/" }, 422, "original_url"],
    [{ original_url: "javascript:alert(1)" }, 422, "original_url"],
    [{ original_url: "https://" }, 422, "original_url"],
    [{ original_url: "https:///path" }, 422, "original_url"],
    [{ original_url: "https://user:secret@example.com/" }, 422, "original_url"],
    [{ original_url: "https://example.com/a b" }, 422, "original_url"],
    [{ original_url: `https://example.com/${"x".repeat(2048)}` }, 422, "original_url"],
    [{ original_url: "https://example.com/t", title: 5 }, 422, "title"],
    [{ original_url: "https://example.com/t", title: "x".repeat(256) }, 422, "title"],
    [{ original_url: "https://example.com/t", short_code: "ab" }, 422, "short_code"],
    [{ original_url: "https://example.com/t", short_code: "with space" }, 422, "short_code"],
    [{ original_url: "https://example.com/t", short_code: "x".repeat(65) }, 422, "short_code"],
    [{ original_url: "https://example.com/t", short_code: 123 }, 422, "short_code"],
    [{ original_url: "https://example.com/t", expires_at: "tomorrow" }, 422, "expires_at"],
    [{ original_url: "https://example.com/t", expires_at: "2099-02-30T00:00:00" }, 422, "expires_at"],
    [{ original_url: "https://example.com/t", expires_at: 4_000_000_000 }, 422, "expires_at"],
    [{ original_url: "https://example.com/t", expires_at: "2001-01-01T00:00:00" }, 422, "expires_at"],
    [{ original_url: "https://example.com/t", max_clicks: 0 }, 422, "max_clicks"],
    [{ original_url: "https://example.com/t", max_clicks: "5" }, 422, "max_clicks"],
    [{ original_url: "https://example.com/t", tags: "a" }, 422, "tags"],
    [{ original_url: "https://example.com/t", tags: [1] }, 422, "tags.0"],
    [{ original_url: "https://example.com/t", tags: [""] }, 422, "tags.0"],
    [{ original_url: "https://example.com/t", tags: ["x".repeat(51)] }, 422, "tags.0"],
    [{ original_url: "https://example.com/t", tags: Array.from({ length: 21 }, String) }, 422, "tags"],
    [{ original_url: "https://example.com/t", dedupe: 1 }, 422, "dedupe"],
  ])("refuses %j with %d naming %s", async (fields, status, field) => {
    const answer = await create(fields);
    expect([answer.status, answer.json.errors[0].field]).toEqual([status, field]);
  });

  test("answers 404 for a user nobody is", async () => {
    for (const user_id of [999_999, 0, -1]) {
      const answer = await create({ user_id, original_url: "https://example.com/" });
      expect([answer.status, answer.json.error]).toEqual([404, "user not found"]);
    }
  });

  test("refuses a loop through one of our own short links, but not our other pages", async () => {
    const { json } = await create({ original_url: "https://example.com/looped" });
    for (const path of [`/${json.short_code}`, `/r/${json.short_code}`, `/urls/${json.short_code}/redirect`]) {
      const answer = await create({ original_url: `${service.address}${path}` });
      expect([answer.status, answer.json.errors[0].field]).toEqual([422, "original_url"]);
    }
    expect((await create({ original_url: `${service.address}/docs` })).status).toBe(201);
  });

  test("gives one link to 20 simultaneous requests for the same address", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create({ original_url: "https://example.com/at-once" })));
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

describe("listing links", () => {
  test("filters by owner, state, code, title, tag and words", async () => {
    const user_id = (await service.send("POST", "/users", { body: { username: "lister", email: "lister@example.com" } })).json.id;
    const one = (await create({ user_id, original_url: "https://example.com/zenith/report", title: "Quarterly brief", tags: ["ops"] })).json;
    const two = (await create({ user_id, original_url: "https://example.com/nadir", title: "Other", short_code: "nadir-code" })).json;
    await service.send("PATCH", `/urls/${two.id}`, { body: { is_active: false } });
    const ids = async (query: string): Promise<number[]> =>
      (await service.send("GET", `/urls?user_id=${user_id}&${query}`)).json.map(({ id }: { id: number }) => id);
    expect(await ids("")).toEqual([one.id, two.id]);
    for (const value of ["true", "1", "True"]) expect(await ids(`is_active=${value}`)).toEqual([one.id]);
    for (const value of ["false", "0"]) expect(await ids(`is_active=${value}`)).toEqual([two.id]);
    expect(await ids("short_code=nadir-code")).toEqual([two.id]);
    expect(await ids("title=Quarterly%20brief")).toEqual([one.id]);
    expect(await ids("tag=ops")).toEqual([one.id]);
    expect(await ids("q=quart%20zen")).toEqual([one.id]);
    for (const none of ["short_code=none", "title=none", "tag=none", "q=nonexistentword"]) expect(await ids(none)).toEqual([]);
  });

  test("gives [] for an owner nobody is and 400 for what cannot be read", async () => {
    for (const value of ["999", "0", "-5", "99999999999999999999"]) {
      const answer = await service.send("GET", `/urls?user_id=${value}`);
      expect([answer.status, answer.json]).toEqual([200, []]);
    }
    for (const query of ["user_id=abc", "user_id=1.5", "user_id=", "is_active=maybe", "is_active=", "is_active=2", `q=${"x".repeat(201)}`]) {
      const answer = await service.send("GET", `/urls?${query}`);
      expect([answer.status, answer.json.code, answer.json.errors[0].field]).toEqual([400, "query_invalid", query.split("=")[0]]);
    }
  });
});

describe.each(["PUT", "PATCH"])("changing a link with %s", (method) => {
  test("changes what is sent, moves updated_at, and records old and new values", async () => {
    const link = (await create({ original_url: `https://example.com/${method}/change`, title: "Old" })).json;
    const changes = { title: "New", original_url: "https://example.com/changed", expires_at: "2099-01-01T00:00:00", max_clicks: 9, tags: ["x"] };
    const answer = await service.send(method, `/urls/${link.id}?time=rfc3339`, { body: changes });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ ...changes, expires_at: "2099-01-01T00:00:00.000Z", id: link.id, short_code: link.short_code });
    expect(Date.parse(answer.json.updated_at)).toBeGreaterThan(Date.parse(answer.json.created_at));
    const event = (await eventsOf(link.id)).find(({ event_type }) => event_type === "updated");
    expect(JSON.stringify(event?.details)).toContain("Old");
    expect(JSON.stringify(event?.details)).toContain("New");
  });

  test("writes no event when nothing changes", async () => {
    const link = (await create({ original_url: `https://example.com/${method}/same`, title: "Same" })).json;
    for (const body of [{}, { title: "Same", is_active: true }, { user_id: other, short_code: "ignored", clicks: 5 }]) {
      const answer = await service.send(method, `/urls/${link.id}`, { body });
      expect([answer.status, answer.json]).toEqual([200, link]);
    }
    expect(await eventsOf(link.id)).toHaveLength(1);
  });

  test("clears title, expiry, limit and tags with null", async () => {
    const link = (
      await create({ original_url: `https://example.com/${method}/clear`, title: "T", expires_at: "2099-01-01T00:00:00", max_clicks: 2, tags: ["t"] })
    ).json;
    const answer = await service.send(method, `/urls/${link.id}`, { body: { title: null, expires_at: null, max_clicks: null, tags: null } });
    expect(answer.json).toMatchObject({ title: null, expires_at: null, max_clicks: null, tags: [] });
  });

  test("refuses wrong types with 422 and unknown links with 404", async () => {
    const link = (await create({ original_url: `https://example.com/${method}/strict` })).json;
    for (const body of [
      { is_active: "true" },
      { is_active: 1 },
      { is_active: null },
      { title: 1 },
      { original_url: null },
      { original_url: "nope" },
      { max_clicks: 0 },
      { expires_at: "x" },
      { tags: {} },
    ]) {
      expect((await service.send(method, `/urls/${link.id}`, { body })).status).toBe(422);
    }
    expect((await service.send("GET", `/urls/${link.id}`)).json).toEqual(link);
    for (const id of ["999999", "abc"]) {
      const answer = await service.send(method, `/urls/${id}`, { body: { title: "x" } });
      expect([answer.status, answer.json.error]).toEqual([404, "url not found"]);
    }
  });
});

describe("deleting a link", () => {
  test("answers 204 once, then 404; its events stay and one says deleted", async () => {
    const link = (await create({ original_url: "https://example.com/deleted" })).json;
    expect((await service.send("DELETE", `/urls/${link.id}`)).status).toBe(204);
    expect((await service.send("DELETE", `/urls/${link.id}`)).status).toBe(404);
    const answer = await service.send("GET", `/urls/${link.id}`);
    expect([answer.status, answer.json.error]).toEqual([404, "url not found"]);
    expect((await eventsOf(link.id)).map(({ event_type }) => event_type)).toEqual(["created", "deleted"]);
    expect((await service.send("GET", `/urls?short_code=${link.short_code}`)).json).toEqual([]);
  });
});
