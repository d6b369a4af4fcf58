import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MultipartFile } from "./multipart-file.ts";

/** Reads a body that arrives in pieces of `size` bytes. */
function fileOf(body: Uint8Array, boundary: string, size: number): Buffer {
  const pieces: Uint8Array[] = [];
  const file = new MultipartFile(`multipart/form-data; boundary="${boundary}"`, (piece) => pieces.push(Uint8Array.from(piece)));
  for (let start = 0; start < body.length; start += size) file.write(body.subarray(start, start + size));
  file.end();
  return Buffer.concat(pieces);
}

const body = (content: Uint8Array, boundary: string): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nfield\r\n--${boundary}\r\nContent-Disposition: form-data; name="x"; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\n`,
    ),
    content,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);

describe("the file of a multipart body", () => {
  test("is the same bytes however the body is cut into pieces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 300 }), (content, size) => {
        expect(fileOf(body(content, "bound"), "bound", size)).toEqual(Buffer.from(content));
      }),
    );
  });

  test("may hold line ends, dashes and most of its own boundary", () => {
    const content = Buffer.from("\r\n--boun\r\n--\r\n\r\n--b\r\n-");
    for (let size = 1; size < 40; size++) expect(fileOf(body(content, "bound"), "bound", size)).toEqual(content);
  });

  test("must be there, once, whole, with a boundary and heads of bounded length", () => {
    const part = '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n';
    const refuses = (text: string, words: string): void => expect(() => fileOf(Buffer.from(text), "b", 7)).toThrow(words);
    refuses("", "no file");
    refuses('--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n--b--', "no file");
    refuses(part, "broke off");
    refuses(`${part}${part}--b--`, "more than one file");
    refuses(`--b\r\nX: ${"x".repeat(10_000)}`, "too long a head");
    refuses(`${"--b\r\n\r\n\r\n\r\n".repeat(101)}--b--`, "more than 100 parts");
    expect(() => new MultipartFile("multipart/form-data", () => undefined)).toThrow("no boundary");
  });
});
