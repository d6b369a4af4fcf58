import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/qr" } });
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const png = async (query: string): Promise<{ width: number; type: string | null }> => {
  const response = await fetch(`${service.address}/urls/1/qr?format=png&${query}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return { width: bytes.readUInt32BE(16), type: response.headers.get("content-type") };
};

describe("a link's QR code", () => {
  test("is an SVG of 256 pixels unless asked otherwise", async () => {
    const answer = await service.send("GET", "/urls/1/qr");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
    expect(answer.text).toStartWith("<svg");
    expect(answer.text).toContain('width="256"');
  });

  test.each([64, 300, 1024])("is a PNG of the size asked for: %d", async (size) => {
    expect(await png(`size=${size}`)).toEqual({ width: size, type: "image/png" });
  });

  test("changes with level and margin", async () => {
    const texts = await Promise.all(
      ["", "?level=L", "?level=H", "?margin=0", "?margin=16"].map(async (query) => (await service.send("GET", `/urls/1/qr${query}`)).text),
    );
    expect(new Set(texts).size).toBe(5);
  });

  test("is cacheable, and not sent again to who has it", async () => {
    const first = await service.send("GET", "/urls/1/qr?size=100");
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toContain("max-age=");
    const again = await service.send("GET", "/urls/1/qr?size=100", { headers: { "If-None-Match": `"other", W/${etag}` } });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await service.send("GET", "/urls/1/qr?size=101", { headers: { "If-None-Match": etag } })).status).toBe(200);
  });

  test.each(["format=gif", "size=63", "size=1025", "size=big", "size=1e2", "margin=-1", "margin=17", "level=X"])("refuses ?%s with 400", async (query) => {
    const answer = await service.send("GET", `/urls/1/qr?${query}`);
    expect([answer.status, answer.json.errors[0].field]).toEqual([400, query.split("=")[0]]);
  });

  test("answers 404 for a link nobody made", async () => {
    for (const id of ["999", "abc"]) expect((await service.send("GET", `/urls/${id}/qr`)).json.error).toBe("url not found");
  });
});
