import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
let id: number;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
beforeAll(async () => {
  service = await startService();
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  const { json } = await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/stats" } });
  id = json.id;
  for (const [agent, times] of [
    [firefox, 3],
    [phone, 2],
    [bot, 1],
  ] as const) {
    for (let index = 0; index < times; index++)
      await service.send("GET", `/${json.short_code}`, { headers: { "User-Agent": agent, Referer: "https://news.example/page" } });
  }
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

describe("a link's statistics", () => {
  test("count every click up to this moment, bots apart, with series and break-downs", async () => {
    const { status, json } = await service.send("GET", `/urls/${id}/stats`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ url_id: id, interval: "day", totals: { clicks: 6, people: 5, bots: 1 } });
    expect(json.series.reduce((sum: number, { clicks }: { clicks: number }) => sum + clicks, 0)).toBe(6);
    expect(json.browsers[0]).toEqual({ value: "Firefox", clicks: 3 });
    expect(Object.keys(json)).toEqual(["url_id", "interval", "totals", "series", "referrers", "browsers", "systems", "devices", "countries"]);
    expect(json.referrers[0].value).toContain("news.example");
  });

  test("come by hour, and within from and to", async () => {
    const hourly = (await service.send("GET", `/urls/${id}/stats?interval=hour&time=rfc3339`)).json;
    expect(hourly.series[0].at).toMatch(/T\d\d:00:00\.000Z$/);
    expect((await service.send("GET", `/urls/${id}/stats?from=2999-01-01`)).json.totals.clicks).toBe(0);
    expect((await service.send("GET", `/urls/${id}/stats?from=2000-01-01&to=2999-01-01`)).json.totals.clicks).toBe(6);
  });

  test.each(["interval=week", "from=x", "to=2026-02-30"])("refuse ?%s with 400", async (query) => {
    expect((await service.send("GET", `/urls/${id}/stats?${query}`)).status).toBe(400);
  });

  test.each(["999999", "abc", "0"])("answer 404 for the link %s", async (unknown) => {
    const answer = await service.send("GET", `/urls/${unknown}/stats`);
    expect([answer.status, answer.json.error]).toEqual([404, "url not found"]);
  });
});
