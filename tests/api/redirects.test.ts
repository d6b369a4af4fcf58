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

interface Made {
  id: number;
  short_code: string;
}
let made = 0;
const create = async (fields: Record<string, unknown> = {}): Promise<Made> =>
  (await service.send("POST", "/urls", { body: { user_id: 1, original_url: `https://example.com/to?n=${++made}#part`, ...fields } })).json;
const follow = (code: string, headers: Record<string, string> = {}): Promise<Answer> => service.send("GET", `/${code}`, { headers });
const clicksOf = async (id: number): Promise<number> => (await service.send("GET", `/events?url_id=${id}&event_type=click`)).json.length;

describe("a redirect", () => {
  test.each(["/CODE", "/CODE/", "/r/CODE", "/s/CODE", "/urls/CODE/redirect", "/CODE?utm=1"])(
    "by %s answers 302 to the destination, is not cacheable, and records one click",
    async (template) => {
      const { id, short_code } = await create();
      const answer = await service.send("GET", template.replace("CODE", short_code));
      expect([answer.status, answer.headers.get("location"), answer.headers.get("cache-control")]).toEqual([
        302,
        `https://example.com/to?n=${made}#part`,
        "private, no-store",
      ]);
      expect(await clicksOf(id)).toBe(1);
    },
  );

  test("by HEAD answers the same without a click", async () => {
    const { id, short_code } = await create();
    const answer = await service.send("HEAD", `/${short_code}`);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `https://example.com/to?n=${made}#part`]);
    expect(await clicksOf(id)).toBe(0);
  });

  test("by 64 clients at once counts 64 clicks", async () => {
    const { id, short_code } = await create();
    const answers = await Promise.all(Array.from({ length: 64 }, () => follow(short_code)));
    expect(answers.every(({ status }) => status === 302)).toBe(true);
    expect(await clicksOf(id)).toBe(64);
    expect((await service.send("GET", `/urls/${id}`)).json.clicks).toBe(64);
  });
});

describe("a link that does not redirect", () => {
  const stops: [string, (link: Made) => Promise<unknown>][] = [
    ["deactivated", ({ id }) => service.send("PATCH", `/urls/${id}`, { body: { is_active: false } })],
    ["deleted", ({ id }) => service.send("DELETE", `/urls/${id}`)],
    ["expired", ({ id }) => service.send("PATCH", `/urls/${id}`, { body: { expires_at: "2001-01-01T00:00:00" } })],
  ];
  test.each(stops)("because it was %s stops at the next request, from cache too, without a click", async (_, stop) => {
    const link = await create();
    expect((await follow(link.short_code)).status).toBe(302);
    await stop(link);
    for (const headers of [{}, { Accept: "application/json" }]) {
      const answer = await follow(link.short_code, headers);
      expect([answer.status, answer.json.error]).toEqual([404, "url not found"]);
    }
    expect(await clicksOf(link.id)).toBe(1);
  });

  test("because its clicks are used up stops exactly there, under 32 clients at once", async () => {
    const link = await create({ max_clicks: 5 });
    const answers = await Promise.all(Array.from({ length: 32 }, () => follow(link.short_code)));
    expect(answers.filter(({ status }) => status === 302)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(27);
    expect(await clicksOf(link.id)).toBe(5);
  });

  test("redirects again once it is active again, to a changed destination at once", async () => {
    const link = await create();
    await service.send("PATCH", `/urls/${link.id}`, { body: { is_active: false } });
    expect((await follow(link.short_code)).status).toBe(404);
    await service.send("PATCH", `/urls/${link.id}`, { body: { is_active: true, original_url: "https://example.com/elsewhere" } });
    const answer = await follow(link.short_code);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://example.com/elsewhere"]);
  });

  test("shows a browser a readable page without script, and a program a problem", async () => {
    const page = await follow("nothing-here", { Accept: "text/html,application/xhtml+xml" });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.text).toContain("<h1>");
    expect(page.text).not.toContain("<script");
    const sheet = /href="([^"]+\.css)"/.exec(page.text)?.[1] ?? "";
    expect((await service.send("GET", sheet)).headers.get("content-type")).toStartWith("text/css");
    const problem = await follow("nothing-here", { Accept: "*/*" });
    expect([problem.status, problem.json.code]).toEqual([404, "url_not_found"]);
  });

  test("is created later and then redirects although its absence was cached", async () => {
    expect((await follow("later-code")).status).toBe(404);
    await create({ short_code: "later-code" });
    expect((await follow("later-code")).status).toBe(302);
  });
});
