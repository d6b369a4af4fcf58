import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

let made = 0;
const newUser = async (): Promise<{ id: number; username: string; email: string; created_at: string }> => {
  const name = `user${++made}`;
  const { status, json } = await service.send("POST", "/users", { body: { username: name, email: `${name}@example.com` } });
  expect(status).toBe(201);
  return json;
};

describe("creating a user", () => {
  test("answers 201 with the user, its address in Location, and a time without a zone", async () => {
    const answer = await service.send("POST", "/users", { body: { username: "clear canyon", email: "clear@seeded.app", extra: 1 } });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.json)).toEqual(["id", "username", "email", "created_at"]);
    expect(answer.json).toMatchObject({ username: "clear canyon", email: "clear@seeded.app" });
    expect(answer.json.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(answer.headers.get("location")).toBe(`/users/${answer.json.id}`);
    expect((await service.send("GET", answer.headers.get("location")!)).json).toEqual(answer.json);
  });

  test.each([
    [{}, 400, "field_missing", ["username", "email"]],
    [{ username: "a" }, 400, "field_missing", ["email"]],
    [{ username: 1 }, 400, "field_missing", ["username", "email"]],
    [{ username: null, email: "a@b.co" }, 422, "field_invalid", ["username"]],
    [{ username: 5, email: true }, 422, "field_invalid", ["username", "email"]],
    [{ username: "", email: "a@b.co" }, 422, "field_invalid", ["username"]],
    [{ username: "   ", email: "a@b.co" }, 422, "field_invalid", ["username"]],
    [{ username: "a\u0000b", email: "a@b.co" }, 422, "field_invalid", ["username"]],
    [{ username: "\ud800", email: "a@b.co" }, 422, "field_invalid", ["username"]],
    [{ username: "x".repeat(65), email: "a@b.co" }, 422, "field_invalid", ["username"]],
    [{ username: "a", email: "nobody" }, 422, "field_invalid", ["email"]],
    [{ username: "a", email: `${"x".repeat(250)}@b.co` }, 422, "field_invalid", ["email"]],
    [{ username: ["a"], email: {} }, 422, "field_invalid", ["username", "email"]],
  ])("refuses %j with %d %s", async (body, status, code, fields) => {
    const answer = await service.send("POST", "/users", { body });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect([...new Set(answer.json.errors.map(({ field }: { field: string }) => field))]).toEqual(fields);
  });

  test("takes 64 characters beyond the basic plane", async () => {
    const username = "😀".repeat(64);
    const answer = await service.send("POST", "/users", { body: { username, email: "smile@example.com" } });
    expect([answer.status, answer.json.username]).toEqual([201, username]);
  });

  test("answers 409 for a taken username and for a taken email", async () => {
    const user = await newUser();
    const sameName = await service.send("POST", "/users", { body: { username: user.username, email: "other@example.com" } });
    expect([sameName.status, sameName.json.code]).toEqual([409, "username_taken"]);
    const sameEmail = await service.send("POST", "/users", { body: { username: "someone else", email: user.email } });
    expect([sameEmail.status, sameEmail.json.code]).toEqual([409, "email_taken"]);
  });

  test("lets one of 20 simultaneous requests for a name win", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => service.send("POST", "/users", { body: { username: "contested", email: `c${index}@example.com` } })),
    );
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, ...Array<number>(19).fill(409)]);
  });
});

describe("reading users", () => {
  test.each(["0", "-1", "1.5", "abc", "999999", "9007199254740993", "1e3", "0x1", "%31%32abc"])("answers 404 user not found for the id %s", async (id) => {
    const answer = await service.send("GET", `/users/${id}`);
    expect([answer.status, answer.json.error]).toEqual([404, "user not found"]);
  });

  test("filters by username and by email, and gives [] for values nobody has", async () => {
    const user = await newUser();
    expect((await service.send("GET", `/users?username=${user.username}`)).json).toEqual([user]);
    expect((await service.send("GET", `/users?email=${encodeURIComponent(user.email)}`)).json).toEqual([user]);
    expect((await service.send("GET", "/users?username=nobody-has-this")).json).toEqual([]);
  });
});

describe.each(["PUT", "PATCH"])("changing a user with %s", (method) => {
  test("changes what is sent and answers the whole user", async () => {
    const user = await newUser();
    const answer = await service.send(method, `/users/${user.id}`, { body: { username: `${user.username}-renamed` } });
    expect([answer.status, answer.json]).toEqual([200, { ...user, username: `${user.username}-renamed` }]);
    expect((await service.send("GET", `/users/${user.id}`)).json).toEqual(answer.json);
  });

  test("leaves a user alone for an empty object, unknown fields and its own values", async () => {
    const user = await newUser();
    for (const body of [{}, { id: 99, created_at: "x", nonsense: null }, { username: user.username, email: user.email }]) {
      const answer = await service.send(method, `/users/${user.id}`, { body });
      expect([answer.status, answer.json]).toEqual([200, user]);
    }
  });

  test("refuses wrong types with 422, taken names with 409, unknown users with 404", async () => {
    const user = await newUser();
    const other = await newUser();
    for (const body of [{ username: null }, { username: 1 }, { email: "x" }, { email: null }]) {
      expect((await service.send(method, `/users/${user.id}`, { body })).status).toBe(422);
    }
    expect((await service.send(method, `/users/${user.id}`, { body: { username: other.username } })).status).toBe(409);
    expect((await service.send(method, `/users/${user.id}`, { body: { email: other.email } })).status).toBe(409);
    expect((await service.send(method, "/users/999999", { body: { username: "x" } })).status).toBe(404);
    expect((await service.send(method, "/users/abc", { body: { username: "x" } })).status).toBe(404);
    expect((await service.send("GET", `/users/${user.id}`)).json).toEqual(user);
  });
});

describe("deleting a user", () => {
  test("answers 204 once, then 404, and leaves links and events listable and the link redirecting", async () => {
    const user = await newUser();
    const link = (await service.send("POST", "/urls", { body: { user_id: user.id, original_url: "https://example.com/kept" } })).json;
    const answer = await service.send("DELETE", `/users/${user.id}`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect((await service.send("DELETE", `/users/${user.id}`)).status).toBe(404);
    expect((await service.send("GET", `/users/${user.id}`)).status).toBe(404);
    expect((await service.send("GET", `/urls?user_id=${user.id}`)).json).toHaveLength(1);
    expect((await service.send("GET", `/events?user_id=${user.id}`)).json).toHaveLength(1);
    expect((await service.send("GET", `/${link.short_code}`)).status).toBe(302);
    expect((await service.send("POST", "/urls", { body: { user_id: user.id, original_url: "https://example.com/more" } })).status).toBe(404);
  });
});
