import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Failure } from "../../src/errors.ts";
import { importCsv } from "../../src/links/transfer/import-csv.ts";
import type { ImportReport } from "../../src/links/transfer/import-report.ts";
import { databaseName } from "../../src/storage/sqlite/open.ts";
import type { Store } from "../../src/storage/store.ts";
import { withStore } from "../harness/temporary-store.ts";

const seed = join(import.meta.dir, "../fixtures/seed");
const kinds = ["users", "urls", "events"] as const;
const nowMs = Date.UTC(2026, 0, 1);
const everything = { limit: 1_000, offset: 0 };

const importSeed = async (store: Store): Promise<ImportReport[]> => {
  const reports: ImportReport[] = [];
  for (const kind of kinds) reports.push(await importCsv(store, kind, readFileSync(join(seed, `${kind}.csv`)), { nowMs, notesOddities: true }));
  return reports;
};
const importText = (store: Store, kind: (typeof kinds)[number], text: string | Uint8Array): Promise<ImportReport> =>
  importCsv(store, kind, typeof text === "string" ? Buffer.from(text) : text, { nowMs });
const importedUsers = async (store: Store): Promise<unknown[]> => (await store.users.list({}, everything)).items;

/** What an import fails with. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    return error instanceof Failure ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("the seed", () => {
  test("goes in whole with its dirt noted, and a second time changes nothing", async () => {
    await withStore(async (store) => {
      const first = await importSeed(store);
      expect(first.map(({ count, created, refused }) => [count, created, refused])).toEqual([
        [400, 400, 0],
        [2_000, 2_000, 0],
        [3_422, 3_422, 0],
      ]);
      expect(first[0]?.fixed.map(({ row, field }) => [row, field])).toEqual([
        [131, "username"],
        [262, "username"],
        [393, "username"],
      ]);
      const notes = Map.groupBy(first[2]?.fixed ?? [], ({ field }) => field);
      expect(notes.get("timestamp")?.length).toBeGreaterThan(100);
      expect(notes.get("event_type")?.length).toBeGreaterThan(100);
      const before = await store.links.exportBatch(0, 3_000);

      const second = await importSeed(store);
      expect(second.map(({ count, skipped, created, updated, refused }) => [count, skipped, created, updated, refused])).toEqual([
        [400, 400, 0, 0, 0],
        [2_000, 2_000, 0, 0, 0],
        [3_422, 3_422, 0, 0, 0],
      ]);
      expect(await store.links.exportBatch(0, 3_000)).toEqual(before);
      expect((await store.events.list({}, { limit: 1, offset: 3_421 })).items).toHaveLength(1);
    });
  });

  test("leaves alone what it does not speak of", async () => {
    await withStore(async (store) => {
      await importSeed(store);
      const link = await store.links.get(1);
      await store.links.importBatch([
        {
          ...((await store.links.exportBatch(0, 1))[0] as NonNullable<Awaited<ReturnType<Store["links"]["exportBatch"]>>[0]>),
          tags: ["kept"],
          maxClicks: 9,
          earlierClicks: 4,
        },
      ]);
      const [, urls] = await importSeed(store);
      expect(urls).toMatchObject({ skipped: 2_000, updated: 0 });
      expect(await store.links.get(1)).toMatchObject({ shortCode: link?.shortCode, tags: ["kept"], maxClicks: 9 });
    });
  });
});

describe("users from a spreadsheet", () => {
  test("go in without ids, with BOM, CRLF, quotes, semicolons, and repeats, and again change nothing", async () => {
    await withStore(async (store) => {
      const text = '\uFEFFEmail;Username;Shoe Size\r\n"a@x.test";"ann; the ""first""";38\r\nb@x.test;bob;\r\nb@x.test;bob;44\r\n\r\n';
      expect(await importText(store, "users", text)).toMatchObject({ count: 3, imported: 3, refused: 0 });
      const before = await importedUsers(store);
      expect(before).toMatchObject([{ username: 'ann; the "first"', email: "a@x.test" }, { username: "bob" }]);
      expect(await importText(store, "users", text)).toMatchObject({ count: 3, skipped: 3, created: 0, updated: 0 });
      expect(await importedUsers(store)).toEqual(before);
    });
  });

  test("later than the ids that came with them get ids above", async () => {
    await withStore(async (store) => {
      await importText(store, "users", "id,username,email\n500,ann,a@x.test\n");
      const made = await store.users.create({ username: "bob", email: "b@x.test" }, nowMs);
      expect(made).toMatchObject({ outcome: "created", user: { id: 501 } });
    });
  });
});

describe("a bad row", () => {
  test("among many is refused alone, with its number, field and reason", async () => {
    await withStore(async (store) => {
      const rows = Array.from({ length: 2_000 }, (_, row) => `${row + 1},user${row + 1},u${row + 1}@x.test`);
      rows[776] = '777,"user777,u777@x.test';
      rows[1_200] = "1201,user1201,nowhere";
      rows[1_300] = "1301,user1301,u1301@x.test,surplus";
      const report = await importText(store, "users", `id,username,email\n${rows.join("\n")}\n`);
      expect(report).toMatchObject({ count: 1_997, created: 1_997, refused: 3, errorCount: 3 });
      expect(report.errors).toEqual([
        { row: 777, field: "", reason: "a quote is opened and never closed" },
        { row: 1_201, field: "email", reason: '"nowhere" is not an email address' },
        { row: 1_301, field: "", reason: "the record has 4 fields, the header 3: a comma may need quotes" },
      ]);
    });
  });

  test("that refers to nobody, or takes another link's code or id, is refused by the store", async () => {
    await withStore(async (store) => {
      await importText(store, "users", "id,username,email\n1,ann,a@x.test\n");
      const head = "id,user_id,short_code,original_url\n";
      const report = await importText(
        store,
        "urls",
        `${head}1,1,first,https://a.example/\n2,99,other,https://a.example/\n3,1,first,https://b.example/\n1,1,third,https://c.example/\n`,
      );
      expect(report).toMatchObject({ count: 1, created: 1, refused: 3 });
      expect(report.errors.map(({ row, field }) => [row, field])).toEqual([
        [2, "user_id"],
        [3, "short_code"],
        [4, "id"],
      ]);
    });
  });

  test("in a million does not let the report grow without bound", async () => {
    await withStore(async (store) => {
      const report = await importText(store, "users", `username,email\n${"x,y\n".repeat(3_000)}`);
      expect(report).toMatchObject({ count: 0, refused: 3_000, errorCount: 3_000 });
      expect(report.errors).toHaveLength(1_000);
    });
  });
});

describe("a file that is no table of ours", () => {
  test("is refused with one sentence, and nothing is written", async () => {
    await withStore(async (store) => {
      const latin = Buffer.concat([Buffer.from("username,email\n"), Buffer.from("jos\u00e9,j@x.test\n", "latin1")]);
      expect(await failureOf(importText(store, "users", latin))).toMatch(/^csv_invalid: the file is not UTF-8/);
      expect(await failureOf(importText(store, "users", Buffer.from("\uFEFFusername,email\n", "utf16le")))).toMatch(/^csv_invalid: the file is UTF-16/);
      expect(await failureOf(importText(store, "users", Buffer.from([0x50, 0x4b, 3, 4, 0, 0])))).toMatch(/^csv_invalid: the file is a zip archive/);
      expect(await failureOf(importText(store, "users", "1,ann,a@x.test\n"))).toMatch(/^csv_invalid: the header lacks username, email/);
      expect(await failureOf(importText(store, "urls", "id,username,email\n1,ann,a@x.test\n"))).toMatch(/^csv_invalid: the header lacks user_id/);
      expect(await failureOf(importText(store, "users", "\0\0\0\0\n\0"))).toMatch(/^csv_invalid/);
      expect(await importedUsers(store)).toEqual([]);
    });
  });

  test("counts 0 when it is empty or has a header alone", async () => {
    await withStore(async (store) => {
      for (const text of ["", "\n", "\uFEFF", "username,email", "username,email\r\n\r\n"])
        expect(await importText(store, "users", text)).toMatchObject({ count: 0, imported: 0, errors: [] });
    });
  });

  test("never breaks the import, whatever its bytes", async () => {
    await withStore(async (store) => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          fc.constantFrom("", "username,email\n", "id,user_id,short_code,original_url\n"),
          async (bytes, head) => {
            const failure = await failureOf(importText(store, head.startsWith("id") ? "urls" : "users", Buffer.concat([Buffer.from(head), bytes])));
            expect(failure).toMatch(/^(none|csv_invalid)/);
          },
        ),
        { numRuns: 300 },
      );
    });
  });
});

describe("a store that another program has locked", () => {
  test("is waited for, and the import goes on", async () => {
    await withStore(async (store, folder) => {
      const other = new Database(join(folder, databaseName));
      other.run("BEGIN IMMEDIATE");
      const pauses: number[] = [];
      const report = await importCsv(store, "users", Buffer.from("username,email\nann,a@x.test\n"), {
        nowMs,
        sleep: async (milliseconds) => {
          pauses.push(milliseconds);
          if (pauses.length === 2) other.run("ROLLBACK");
        },
      });
      other.close();
      expect(report).toMatchObject({ count: 1, created: 1 });
      expect(pauses).toEqual([20, 40]);
    });
  }, 20_000);
});

describe("memory", () => {
  test("stays bounded while a large file goes through", async () => {
    await withStore(async (store) => {
      async function* rows(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("username,email\n");
        for (let piece = 0; piece < 400; piece++) yield Buffer.from(`${"x".repeat(200)},not-an-address\n`.repeat(500));
      }
      Bun.gc(true);
      const before = process.memoryUsage().rss;
      const report = await importCsv(store, "users", rows(), { nowMs });
      expect(report.refused).toBe(200_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1_048_576);
    });
  }, 30_000);
});
