import { expect, test } from "bun:test";
import { openConnection } from "./raw-connection.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const mebibyte = 1_048_576;
const hugeMebibytes = 100;
/** What one huge body may cost in memory: nothing for JSON; a CSV is kept up to its limit of 50 MB. */
const jsonCostMost = 40 * mebibyte;
const csvCostMost = 130 * mebibyte;
/** What all the garbage of 20 MB at most may leave behind in memory. */
const garbageCostMost = 250 * mebibyte;
/** How often memory is looked at while a body is sent, in milliseconds. */
const lookEveryMs = 2;

async function startWithUser(folder: string): Promise<RunningService> {
  const service = await startRunningService({ folder, settings: { LOG_LEVEL: "warn" } });
  await service.send("POST", "/users", { body: { username: "owner", email: "owner@example.com" } });
  return service;
}

/** That the service does its work, and has met no error that nobody expected. */
async function expectFullService(service: RunningService): Promise<void> {
  const { status, json } = await service.send("POST", "/urls", { body: { user_id: 1, original_url: "https://example.com/after", dedupe: false } });
  expect(status).toBe(201);
  expect((await service.send("GET", `/${json.short_code}`)).status).toBe(302);
  expect(await service.metric("srenity_unhandled_errors_total")).toBe(0);
  expect(await service.metric("srenity_http_requests_in_flight")).toBe(1);
  expect(service.errors()).toBe("");
}

/** Sends a huge body in full and then a second request on the same connection; the answers, and what memory rose by at most. */
async function sendHuge(
  service: RunningService,
  { path, type, isChunked }: { path: string; type: string; isChunked: boolean },
): Promise<{ received: string; costBytes: number }> {
  const before = service.residentBytes();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, service.residentBytes())), lookEveryMs);
  const connection = await openConnection(service.address);
  const framing = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${hugeMebibytes * mebibyte}`;
  await connection.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`);
  const piece = Buffer.alloc(mebibyte, "a");
  for (let sent = 0; sent < hugeMebibytes; sent++) {
    if (isChunked) await connection.write(`${mebibyte.toString(16)}\r\n`);
    await connection.write(piece);
    if (isChunked) await connection.write("\r\n");
  }
  if (isChunked) await connection.write("0\r\n\r\n");
  await connection.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  await waitUntil("both requests are answered", 10_000, () => connection.isClosed() || connection.received().includes('"status":"ok"'));
  clearInterval(timer);
  connection.close();
  return { received: connection.received(), costBytes: peak - before };
}

test("a body of 100 MB, announced or in chunks, is 413 before it is read to memory, and the connection goes on", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const kinds = [
    { path: "/urls", type: "application/json", most: jsonCostMost },
    { path: "/users/bulk", type: "text/csv", most: csvCostMost },
    { path: "/users/bulk", type: "multipart/form-data; boundary=x", most: csvCostMost },
  ];
  for (const { path, type, most } of kinds) {
    for (const isChunked of [false, true]) {
      const { received, costBytes } = await sendHuge(service, { path, type, isChunked });
      expect(received).toStartWith("HTTP/1.1 413 ");
      expect(received).toContain('"code":"body_too_large"');
      expect(received.toLowerCase()).toContain("content-type: application/problem+json");
      expect(costBytes).toBeLessThan(isChunked ? most : jsonCostMost);
      await expectFullService(service);
    }
  }
}, 60_000);

test("a body of 100 MB that nobody reads is thrown away, not kept: 404, 405 and 415 cost no memory", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  for (const [path, type, status] of [
    ["/no/such/route", "application/json", 404],
    ["/health", "application/json", 405],
    ["/urls", "text/plain", 415],
  ] as const) {
    for (const isChunked of [false, true]) {
      const { received, costBytes } = await sendHuge(service, { path, type, isChunked });
      expect(received).toStartWith(`HTTP/1.1 ${status} `);
      expect(costBytes).toBeLessThan(jsonCostMost);
    }
  }
  await expectFullService(service);
}, 60_000);

test("a body at the limit is taken, one byte more is not", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const body = (length: number): string => {
    const frame = JSON.stringify({ user_id: 1, original_url: "https://example.com/padded", padding: "" });
    return `${frame.slice(0, -2)}${"x".repeat(length - frame.length)}"}`;
  };
  expect((await service.send("POST", "/urls", { body: body(1_000_000) })).status).toBe(201);
  expect(await service.send("POST", "/urls", { body: body(1_000_001) })).toMatchObject({ status: 413, json: { code: "body_too_large" } });
});

const noise = (length: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

/** CSV that is none. */
const garbage: Record<string, Uint8Array<ArrayBuffer>> = {
  "random bytes": noise(5 * mebibyte),
  "one line of 10 MB": Buffer.alloc(10 * mebibyte, "a"),
  "a header, then one line of 10 MB": Buffer.concat([Buffer.from("username,email\n"), Buffer.alloc(10 * mebibyte, "a")]),
  "a quote that never closes": Buffer.concat([Buffer.from('username,email\n"'), Buffer.alloc(5 * mebibyte, "a,b\n")]),
  "only NULs": new Uint8Array(10 * mebibyte),
  "NULs in the fields": Buffer.from("username,email\nna\0me,na\0me@example.com\n"),
  "20 million commas": Buffer.alloc(20_000_000, ","),
  "a header, then 20 million commas": Buffer.concat([Buffer.from("username,email\n"), Buffer.alloc(20_000_000, ",")]),
  "a million empty lines": Buffer.concat([Buffer.from("username,email\n"), Buffer.alloc(1_000_000, "\n")]),
  "a header of 100 000 columns": Buffer.from(`${Array.from({ length: 100_000 }, (_, column) => `c${column}`).join(",")}\n1,2\n`),
  "UTF-16": Buffer.from("\ufeffusername,email\nname,name@example.com\n", "utf16le"),
  "a ZIP file": Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), noise(1_000)]),
  "an executable header": Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "latin1"),
  "rows with too few and too many fields": Buffer.from("username,email\nalone\na,b,c,d\n,\n"),
};

test("a CSV of garbage is refused, as a whole with 400 or row by row, and never costs the service anything", async () => {
  using folder = temporaryFolder();
  await using service = await startWithUser(folder.path);
  const before = service.residentBytes();
  for (const path of ["/users/bulk", "/urls/bulk"]) {
    for (const [name, bytes] of Object.entries(garbage)) {
      const form = new FormData();
      form.set("file", new Blob([bytes]), "garbage.csv");
      const asFile = await service.send("POST", path, { body: form, timeoutMs: 30_000 });
      const asBody = await service.send("POST", path, { body: bytes, headers: { "Content-Type": "text/csv" }, timeoutMs: 30_000 });
      for (const { status, json } of [asFile, asBody]) {
        if (status === 400) expect({ name, code: json.code }).toEqual({ name, code: "csv_invalid" });
        else expect({ name, status, count: json.count }).toEqual({ name, status: 201, count: 0 });
      }
    }
  }
  expect((await service.send("GET", "/users")).json).toHaveLength(1);
  expect(service.residentBytes() - before).toBeLessThan(garbageCostMost);
  await expectFullService(service);
}, 90_000);
