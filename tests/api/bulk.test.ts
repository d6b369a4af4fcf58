import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Answer } from "../harness/send.ts";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const csv = (path: string, body: string | Uint8Array): Promise<Answer> => service.send("POST", path, { body, headers: { "Content-Type": "text/csv" } });
const form = (name: string, content: string | Uint8Array<ArrayBuffer>, fileName = "rows.csv"): FormData => {
  const made = new FormData();
  made.append("note", "a plain field beside it");
  made.append(name, new Blob([content]), fileName);
  return made;
};
const raw = (path: string, body: string, boundary: string): Promise<Answer> =>
  service.send("POST", path, { body, headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` } });

describe("importing users", () => {
  test("takes any single file part with byte order mark, CRLF, quoted fields and extra columns", async () => {
    const text =
      '\ufeffid,username,email,extra,created_at\r\n101,"comma, and ""quotes""",q@example.com,x,2025-01-02 03:04:05\r\n102,"two\nlines",t@example.com,,2025-01-02T03:04:05\r\n';
    const answer = await service.send("POST", "/users/bulk", { body: form("whatever", text) });
    expect([answer.status, answer.json]).toEqual([201, { count: 2, imported: 2, created: 2, updated: 0, skipped: 0, errors: [] }]);
    expect((await service.send("GET", "/users/101")).json).toEqual({
      id: 101,
      username: 'comma, and "quotes"',
      email: "q@example.com",
      created_at: "2025-01-02T03:04:05",
    });
  });

  test("changes nothing when the file comes again, and continues ids above it", async () => {
    const text = "id,username,email,created_at\n500,again,again@example.com,2025-01-01 00:00:00\n";
    expect((await csv("/users/bulk", text)).json).toMatchObject({ count: 1, created: 1 });
    expect((await csv("/users/bulk", text)).json).toEqual({ count: 1, imported: 1, created: 0, updated: 0, skipped: 1, errors: [] });
    const next = await service.send("POST", "/users", { body: { username: "after import", email: "after@example.com" } });
    expect(next.json.id).toBeGreaterThan(500);
  });

  test("accepts a repeated username in the file and counts it", async () => {
    const answer = await csv("/users/bulk", "id,username,email\n601,twin,twin1@example.com\n602,twin,twin2@example.com\n");
    expect(answer.json).toMatchObject({ count: 2, imported: 2, errors: [] });
    expect((await service.send("GET", "/users?username=twin")).json).toHaveLength(2);
  });

  test("takes the good rows and names row, field and reason of the bad ones", async () => {
    const answer = await csv("/users/bulk", "username,email\ngood,good@example.com\n,missing@example.com\nfine,fine@example.com\n");
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ count: 2, imported: 2 });
    expect(answer.json.errors).toEqual([{ row: 2, field: "username", reason: expect.any(String) }]);
  });

  test("counts 0 for an empty file", async () => {
    const nothing = { count: 0, imported: 0, created: 0, updated: 0, skipped: 0, errors: [] };
    for (const answer of [
      await csv("/users/bulk", ""),
      await service.send("POST", "/users/bulk", { body: form("file", "") }),
      await csv("/users/bulk", "username,email\n"),
    ]) {
      expect([answer.status, answer.json]).toEqual([201, nothing]);
    }
  });

  test("answers 400 without a file, without a header, for two files and for what is not UTF-8", async () => {
    const noFile = new FormData();
    noFile.append("note", "only a field");
    const twoFiles = form("one", "username,email\n");
    twoFiles.append("two", new Blob(["username,email\n"]), "two.csv");
    const latin = new Uint8Array([...new TextEncoder().encode("username,email\nfoo,"), 0xe9, 0x40, 0x0a]);
    const cut = new Uint8Array([...new TextEncoder().encode("username,email\nfoo,a@b.co"), 0xe2, 0x82]);
    for (const answer of [
      await service.send("POST", "/users/bulk", { body: noFile }),
      await service.send("POST", "/users/bulk", { body: twoFiles }),
      await service.send("POST", "/users/bulk"),
      await csv("/users/bulk", "a,b,c\n1,2,3\n"),
      await csv("/users/bulk", latin),
      await csv("/users/bulk", cut),
      await service.send("POST", "/users/bulk", { body: form("file", latin) }),
      await service.send("POST", "/users/bulk", { body: "x", headers: { "Content-Type": "multipart/form-data" } }),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([400, "csv_invalid"]);
    }
    expect((await service.send("GET", "/users?username=foo")).json).toEqual([]);
  });

  test("refuses JSON and other media types with 415", async () => {
    for (const headers of [{ "Content-Type": "application/json" }, { "Content-Type": "application/zip" }]) {
      const answer = await service.send("POST", "/users/bulk", { body: "{}", headers });
      expect([answer.status, answer.json.code]).toEqual([415, "media_type_unsupported"]);
    }
  });

  test.each(["simple", "----WebKitFormBoundaryAbC", "'odd'(chars)+,-./:=?"])(
    "reads multipart with the boundary %s, quoted or not, in a body with a preamble",
    async (boundary) => {
      const body = `preamble\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"\r\n\r\nusername,email\r\n${boundary.length}-up,b${boundary.length}@example.com\r\n--${boundary}--\r\nepilogue`;
      const answer = await raw("/users/bulk", body, JSON.stringify(boundary));
      expect([answer.status, answer.json?.count]).toEqual([201, 1]);
    },
  );

  test("refuses a multipart body that breaks off", async () => {
    const answer = await raw("/users/bulk", '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nusername,email\r\nx,x@x.co', "b");
    expect([answer.status, answer.json.code]).toEqual([400, "csv_invalid"]);
  });
});

describe("importing links", () => {
  test("takes CSV, and the links redirect at once although their codes were asked for before", async () => {
    await csv("/users/bulk", "id,username,email\n900,linker,linker@example.com\n");
    expect((await service.send("GET", "/imported1")).status).toBe(404);
    const answer = await csv("/urls/bulk", "id,user_id,short_code,original_url,title,is_active\n9001,900,imported1,https://example.com/imported,T,True\n");
    expect([answer.status, answer.json.created]).toEqual([201, 1]);
    const redirect = await service.send("GET", "/imported1");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "https://example.com/imported"]);
    await csv("/urls/bulk", "id,user_id,short_code,original_url,title,is_active\n9001,900,imported1,https://example.com/imported,T,False\n");
    expect((await service.send("GET", "/imported1")).status).toBe(404);
  });

  test("takes JSON, each item like POST /urls, and reports the refused ones by row", async () => {
    const user_id = (await service.send("POST", "/users", { body: { username: "json", email: "json@example.com" } })).json.id;
    const urls = [
      { user_id, original_url: "https://example.com/j1" },
      { user_id, original_url: "https://example.com/j1" },
      { user_id, original_url: "nope" },
      { user_id: 424_242, original_url: "https://example.com/j2" },
      "not an object",
      { user_id },
      { user_id, original_url: "https://example.com/j3", short_code: "users" },
      { user_id, original_url: "https://example.com/j4", short_code: "json-code" },
    ];
    const answer = await service.send("POST", "/urls/bulk", { body: { urls } });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ count: 3, imported: 3, created: 2, updated: 0, skipped: 1 });
    expect(answer.json.errors.map(({ row, field }: { row: number; field: string }) => [row, field])).toEqual([
      [3, "original_url"],
      [4, "user_id"],
      [5, ""],
      [6, "original_url"],
      [7, "short_code"],
    ]);
    expect((await service.send("GET", "/json-code")).status).toBe(302);
  });

  test("takes 1 000 items and refuses more with 422, a missing list with 400", async () => {
    const user_id = (await service.send("POST", "/users", { body: { username: "many", email: "many@example.com" } })).json.id;
    const urls = Array.from({ length: 1_001 }, (_, index) => ({ user_id, original_url: `https://example.com/many/${index}` }));
    expect((await service.send("POST", "/urls/bulk", { body: { urls: urls.slice(1) } })).json).toMatchObject({ count: 1_000, created: 1_000 });
    expect((await service.send("POST", "/urls/bulk", { body: { urls } })).status).toBe(422);
    expect((await service.send("POST", "/urls/bulk", { body: {} })).status).toBe(400);
    expect((await service.send("POST", "/urls/bulk", { body: { urls: {} } })).status).toBe(422);
    expect((await service.send("POST", "/urls/bulk")).status).toBe(400);
  });
});
