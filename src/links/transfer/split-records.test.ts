import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CsvItem, recordBytesMost, splitRecords } from "./split-records.ts";

async function* inPieces(text: string, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}

async function split(text: string, pieceBytes = 65_536): Promise<CsvItem[]> {
  const items: CsvItem[] = [];
  for await (const batch of splitRecords(inPieces(text, pieceBytes), ",")) items.push(...batch);
  return items;
}

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;

describe("CSV", () => {
  test("comes back as it was written, whatever the fields, line ends and chunks", async () => {
    const field = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", " ", "é", "😀", "x"), maxLength: 12 }));
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom("\n", "\r\n"), fc.integer({ min: 1, max: 50 }), async (rows, lineEnd, pieceBytes) => {
        const text = rows.map((row) => row.map(quote).join(",")).join(lineEnd);
        expect(await split(text, pieceBytes)).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  test("with an open quote loses that line alone, whatever the chunks", async () => {
    const text = 'a,b\n1,one\n2,"two\n3,three\n4,four\n';
    for (let pieceBytes = 1; pieceBytes <= text.length; pieceBytes++) {
      expect(await split(text, pieceBytes)).toEqual([["a", "b"], ["1", "one"], { fault: "a quote is opened and never closed" }, ["3", "three"], ["4", "four"]]);
    }
  });

  test("with text behind a closing quote, or a quote within a field, loses that line alone", async () => {
    const items = await split('1,"a"b,c\n2,x"y\n\n3,"fine, ""really"""\r\n4,"open');
    expect(items).toEqual([
      { fault: "a quoted field goes on behind its closing quote" },
      { fault: "a quote stands inside a field that does not begin with one" },
      ["3", 'fine, "really"'],
      { fault: "a quote is opened and never closed" },
    ]);
  });

  test("with an open quote before megabytes of rows loses that line alone", async () => {
    const rows = Math.ceil((recordBytesMost * 2) / 20);
    const text = `0,"open\n${Array.from({ length: rows }, (_, row) => `${row},row number ${row}`).join("\n")}\n`;
    const items = await split(text);
    expect(items).toHaveLength(rows + 1);
    expect(items.filter((item) => !Array.isArray(item))).toHaveLength(1);
    expect(items.at(-1)).toEqual([String(rows - 1), `row number ${rows - 1}`]);
  });

  test("that is garbage ends with every line told, in linear time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^["\n,\ra ]{0,400}$/), fc.integer({ min: 1, max: 64 }), async (text, pieceBytes) => {
        const items = await split(text, pieceBytes);
        expect(items.length).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length);
        expect(items).toEqual(await split(text));
      }),
      { numRuns: 300 },
    );
  });
});
