import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
let user_id: number;
beforeAll(async () => {
  service = await startService();
  const rows = Array.from({ length: 25 }, (_, index) => `${index + 1},name${index + 1},name${index + 1}@example.com`);
  await service.send("POST", "/users/bulk", { body: `id,username,email\n${rows.join("\n")}\n`, headers: { "Content-Type": "text/csv" } });
  user_id = 1;
  const links = Array.from({ length: 10_500 }, (_, index) => `${user_id},c${String(index).padStart(6, "0")},https://example.com/${index},odd ${index % 2}`);
  const answer = await service.send("POST", "/urls/bulk", {
    body: `user_id,short_code,original_url,title\n${links.join("\n")}\n`,
    headers: { "Content-Type": "text/csv" },
  });
  expect(answer.json.count).toBe(10_500);
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const ids = (json: { id: number }[]): number[] => json.map(({ id }) => id);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("a list", () => {
  test("is a bare array in ascending id order with the exact total", async () => {
    const answer = await service.send("GET", "/users");
    expect(answer.status).toBe(200);
    expect(ids(answer.json)).toEqual(range(1, 25));
    expect(answer.headers.get("x-total-count")).toBe("25");
    expect(answer.headers.get("x-total-count-exact")).toBeNull();
    expect(answer.headers.get("link")).toBeNull();
  });

  test("has 100 items a page unless asked otherwise", async () => {
    expect((await service.send("GET", "/urls")).json).toHaveLength(100);
    expect((await service.send("GET", "/urls?per_page=1000")).json).toHaveLength(1_000);
  });

  test.each([
    ["page=0&per_page=10", range(1, 10)],
    ["page=-7&per_page=10", range(1, 10)],
    ["page=2&per_page=10", range(11, 20)],
    ["page=3&per_page=10", range(21, 25)],
    ["page=4&per_page=10", []],
    ["page=999999999999999999999999&per_page=10", []],
    ["per_page=0", [1]],
    ["per_page=-3", [1]],
    ["per_page=99999", range(1, 25)],
    ["after_id=20", range(21, 25)],
    ["after_id=20&page=9", range(21, 25)],
    ["after_id=25", []],
    ["after_id=-1&per_page=2", [1, 2]],
  ])("clamps ?%s", async (query, expected) => {
    const answer = await service.send("GET", `/users?${query}`);
    expect([answer.status, ids(answer.json)]).toEqual([200, expected]);
    expect(answer.headers.get("x-total-count")).toBe("25");
  });

  test.each(["page=abc", "page=", "page=1.5", "page=1e2", "per_page=ten", "per_page=%201", "after_id=x"])("refuses ?%s with 400", async (query) => {
    for (const list of ["/users", "/urls", "/events"]) {
      const answer = await service.send("GET", `${list}?${query}`);
      expect([answer.status, answer.json.code, answer.json.errors[0].field]).toEqual([400, "query_invalid", query.split("=")[0]]);
    }
  });

  test.each(["/users?per_page=7", "/users?per_page=25", "/users?per_page=7&after_id=3", "/urls?title=odd%201&per_page=1000"])(
    "is walked whole by its next links from %s",
    async (start) => {
      const seen: number[] = [];
      let path: string | null = start;
      for (let pages = 0; path !== null && pages < 50; pages++) {
        const answer = await service.send("GET", path);
        seen.push(...ids(answer.json));
        const next: string | undefined = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
        expect(next === undefined || next.startsWith(service.address)).toBe(true);
        path = next?.slice(service.address.length) ?? null;
      }
      expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => one - other));
      expect(seen).toHaveLength(start.startsWith("/urls") ? 5_250 : start.includes("after_id") ? 22 : 25);
    },
  );

  test("stops counting at 10 000 and says so", async () => {
    const answer = await service.send("GET", `/urls?user_id=${user_id}&per_page=1`);
    expect([answer.headers.get("x-total-count"), answer.headers.get("x-total-count-exact")]).toEqual(["10000", "false"]);
    expect((await service.send("GET", "/urls?per_page=1000&page=11")).json).toHaveLength(500);
  });

  test("refuses to skip more than 100 000 items of an uncounted list and names after_id", async () => {
    const answer = await service.send("GET", "/urls?page=1002&per_page=100");
    expect([answer.status, answer.json.code]).toEqual([400, "query_invalid"]);
    expect(answer.json.detail).toContain("after_id");
  });
});

describe("times", () => {
  test.each([
    ["?time=rfc3339", {}],
    ["", { "Accept-Profile": "rfc3339" }],
  ])("have a fraction and Z with %s %j", async (query, headers) => {
    const answer = await service.send("GET", `/users/1${query}`, { headers });
    expect(answer.json.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
