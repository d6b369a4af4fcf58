import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { hookTimeoutMs, type Service, startService } from "../harness/start-service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
}, hookTimeoutMs);
afterAll(async () => {
  expect(await service.stop()).toBe(0);
}, hookTimeoutMs);

const writes = [
  ["POST", "/users"],
  ["POST", "/urls"],
  ["POST", "/events"],
  ["PUT", "/users/1"],
  ["PATCH", "/urls/1"],
] as const;

/** Sends bytes as they are and reads until the answer's body is whole, at most 10 s. */
const sendRaw = (head: string, chunks: Iterable<string | Uint8Array>): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.address);
    let answer = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(head.replaceAll("\n", "\r\n"));
      for (const chunk of chunks) socket.write(chunk);
    });
    socket.setTimeout(10_000, () => reject(new Error(`no answer: ${answer}`)));
    socket.on("data", (bytes) => {
      answer += bytes.toString();
      if (answer.includes("\r\n\r\n")) socket.end();
    });
    socket.on("error", (error) => (answer === "" ? reject(error) : resolve(answer)));
    socket.on("close", () => resolve(answer));
  });

describe.each(writes)("%s %s", (method, path) => {
  test.each([
    ["nothing at all", "", "body_missing"],
    ["broken JSON", "{", "body_malformed"],
    ["white space", "  ", "body_malformed"],
    ["an array", "[]", "body_not_object"],
    ["a string", '"x"', "body_not_object"],
    ["a number", "5", "body_not_object"],
    ["null", "null", "body_not_object"],
    ["true", "true", "body_not_object"],
    ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "body_malformed"],
    ["100 000 open brackets", "[".repeat(100_000), "body_malformed"],
  ])("answers 400 for %s", async (_, body, code) => {
    const answer = await service.send(method, path, { body });
    expect([answer.status, answer.json.code]).toEqual([400, code]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/json; charset=latin1"])(
    "answers 415 for %s",
    async (type) => {
      const answer = await service.send(method, path, { body: "{}", headers: { "Content-Type": type } });
      expect([answer.status, answer.json.code]).toEqual([415, "media_type_unsupported"]);
    },
  );

  test("answers 413 for more than 1 MB, announced or in chunks", async () => {
    const body = JSON.stringify({ username: "x".repeat(1_100_000) });
    const announced = await service.send(method, path, { body });
    expect([announced.status, announced.json.code]).toEqual([413, "body_too_large"]);
    const chunked = await service.send(method, path, { body: new Blob([body]).stream() });
    expect([chunked.status, chunked.json.code]).toEqual([413, "body_too_large"]);
  });
});

describe("a body", () => {
  test.each(["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/vnd.api+json"])(
    "is read as %s",
    async (type) => {
      const answer = await service.send("POST", "/users", { body: "{}", headers: { "Content-Type": type } });
      expect([answer.status, answer.json.code]).toEqual([400, "field_missing"]);
    },
  );

  test("is read as JSON without a media type, and in chunks", async () => {
    const answer = await sendRaw("POST /users HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n", ["2\r\n{}\r\n", "0\r\n\r\n"]);
    expect(answer).toStartWith("HTTP/1.1 400");
    expect(answer).toContain("field_missing");
  });

  test("may begin with a byte order mark and repeat a field", async () => {
    const answer = await service.send("POST", "/users", { body: '\ufeff{"username":"first","username":"last","email":"last@example.com"}' });
    expect([answer.status, answer.json.username]).toEqual([201, "last"]);
  });

  test("in a content encoding is refused with 415", async () => {
    const answer = await service.send("POST", "/users", { body: Bun.gzipSync("{}"), headers: { "Content-Encoding": "gzip" } });
    expect(answer.status).toBe(415);
  });

  test("of 51 MB of CSV is refused with 413, announced or in chunks", async () => {
    const piece = new TextEncoder().encode(`${"x".repeat(99)}\n`.repeat(10_000));
    const announced = await service.send("POST", "/users/bulk", {
      body: Buffer.concat(Array<Uint8Array>(51).fill(piece)),
      headers: { "Content-Type": "text/csv" },
    });
    expect([announced.status, announced.json.code]).toEqual([413, "body_too_large"]);
    let sent = 0;
    const endless = new ReadableStream({ pull: (controller) => (sent++ < 51 ? controller.enqueue(piece) : controller.close()) });
    const chunked = await service.send("POST", "/users/bulk", { body: endless, headers: { "Content-Type": "text/csv" } });
    expect([chunked.status, chunked.json.code]).toEqual([413, "body_too_large"]);
    expect((await service.send("GET", "/health")).status).toBe(200);
  }, 30_000);

  test("that announces 10 GB is refused at once, without waiting for it", async () => {
    const answer = await sendRaw("POST /users HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 10000000000\n\n", ["{"]);
    expect(answer).toStartWith("HTTP/1.1 413");
  });

  test("that breaks off leaves the service in full health", async () => {
    const { hostname, port } = new URL(service.address);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"user', () => socket.destroy()),
      );
      socket.on("close", () => resolve());
    });
    expect((await service.send("POST", "/users", { body: { username: "after", email: "after@example.com" } })).status).toBe(201);
  });
});
