import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Answer } from "../harness/send.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const post = (path: string, key: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  service.send("POST", path, { body, headers: { "Idempotency-Key": key, ...headers } });
const total = async (path: string): Promise<number> => Number((await service.send("GET", `${path}?per_page=1`)).headers.get("x-total-count"));

describe("an Idempotency-Key", () => {
  test("replays the first answer with its status, body and Location, and does the work once", async () => {
    const body = {
      event_type: "once",
      url_id: (await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/once" } })).json.id,
      user_id: 1,
    };
    const before = await total("/events");
    const first = await post("/events", "event-1", body);
    const again = await post("/events", "event-1", body);
    expect([first.status, first.headers.get("idempotency-replayed")]).toEqual([201, null]);
    expect([again.status, again.headers.get("idempotency-replayed"), again.headers.get("location")]).toEqual([201, "true", first.headers.get("location")]);
    expect(again.text).toBe(first.text);
    expect(await total("/events")).toBe(before + 1);
  });

  test("replays a refusal too", async () => {
    const first = await post("/users", "refused", { username: 1 });
    const again = await post("/users", "refused", { username: 1 });
    expect([first.status, again.status, again.headers.get("idempotency-replayed"), again.headers.get("content-type")]).toEqual([
      400,
      400,
      "true",
      "application/problem+json",
    ]);
    expect(again.json.code).toBe("field_missing");
  });

  test("refuses another body, path or query with 422", async () => {
    const body = { username: "first", email: "first@example.com" };
    expect((await post("/users", "fixed", body)).status).toBe(201);
    for (const answer of [
      await post("/users", "fixed", { ...body, username: "second" }),
      await post("/urls", "fixed", body),
      await post("/users?time=rfc3339", "fixed", body),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([422, "idempotency_mismatch"]);
    }
    expect((await post("/users/", "fixed", body)).headers.get("idempotency-replayed")).toBe("true");
  });

  test("knows a file again although its multipart boundary changed", async () => {
    const form = (): FormData => {
      const made = new FormData();
      made.append("file", new Blob(["username,email\nfile,file@example.com\n"]), "users.csv");
      return made;
    };
    const first = await post("/users/bulk", "file", form());
    const again = await post("/users/bulk", "file", form());
    expect([first.json.created, again.json, again.headers.get("idempotency-replayed")]).toEqual([1, first.json, "true"]);
  });

  test("lets one of 20 simultaneous requests do the work; the others get its answer or 409 with Retry-After", async () => {
    const before = await total("/users");
    const answers = await Promise.all(Array.from({ length: 20 }, () => post("/users", "burst", { username: "burst", email: "burst@example.com" })));
    expect(answers.filter(({ status, headers }) => status === 201 && headers.get("idempotency-replayed") === null)).toHaveLength(1);
    for (const { status, json, headers } of answers) {
      if (status === 201) continue;
      expect([status, json.code, headers.get("retry-after")]).toEqual([409, "idempotency_in_progress", "1"]);
    }
    expect(await total("/users")).toBe(before + 1);
  });

  test.each(["", " ", "two words", "ümlaut", "x".repeat(256)])("that is %j is refused with 400, or counts as none when a client drops it", async (key) => {
    const answer = await post("/users", key, { username: "bad key", email: "bad@example.com" });
    if (key.trim() === "") expect([201, 400, 409]).toContain(answer.status);
    else expect([answer.status, answer.json.code]).toEqual([400, "query_invalid"]);
  });

  test("of 255 visible characters is taken, and means nothing on other methods", async () => {
    expect((await post("/users", "!".repeat(255), { username: "long", email: "long@example.com" })).status).toBe(201);
    for (const title of ["one", "two"]) {
      const answer = await service.send("PATCH", "/urls/1", { body: { title }, headers: { "Idempotency-Key": "patch" } });
      expect(answer.json.title).toBe(title);
    }
  });
});
