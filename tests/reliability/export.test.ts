import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type ExportFormat, exportRows } from "../../src/links/transfer/export-rows.ts";
import { importEvents, importLinks, importUsers } from "../../src/links/transfer/import-rows.ts";
import { readCsv } from "../../src/links/transfer/read-csv.ts";
import { readNdjson } from "../../src/links/transfer/read-json.ts";
import type { Store } from "../../src/storage/store.ts";
import { inTemporaryFolder, openStoreIn, withStore } from "../harness/temporary-store.ts";
import { runCommand } from "../harness/run-command.ts";

const fixtures = join(import.meta.dir, "../fixtures");
const kinds = ["users", "urls", "events"] as const;
const nowMs = Date.UTC(2026, 0, 1, 12, 34, 56, 789);

async function textOf(store: Store, kind: (typeof kinds)[number], format: ExportFormat): Promise<string> {
  let text = "";
  for await (const piece of exportRows(store, kind, format)) text += piece.text;
  return text;
}

async function filesOf(store: Store, format: ExportFormat): Promise<string[]> {
  return Promise.all(kinds.map((kind) => textOf(store, kind, format)));
}

async function importFiles(store: Store, files: readonly string[], format: ExportFormat): Promise<void> {
  const importers = [importUsers, importLinks, importEvents];
  for (const [position, text] of files.entries()) {
    const { batches } = await (format === "csv" ? readCsv : readNdjson)(Buffer.from(text));
    const report = await importers[position]?.(store, batches, { nowMs: 0 });
    expect(report?.errors).toEqual([]);
    expect(report?.fixed).toEqual([]);
  }
}

/** A store with everything that is easily lost on the way. */
async function fill(store: Store, texts: readonly string[]): Promise<void> {
  const ann = await store.users.create({ username: 'ann, "the first"', email: "a@x.test" }, nowMs);
  await store.users.create({ username: "gone", email: "g@x.test" }, nowMs + 1);
  await store.users.delete(2, nowMs + 2);
  const userId = ann.outcome === "created" ? ann.user.id : 0;
  for (const [position, title] of texts.entries()) {
    const url = `https://example.com/${position}?q="a,b"`;
    await store.links.create(
      {
        userId,
        shortCode: `code${position}`,
        originalUrl: url,
        normalizedUrl: url,
        title,
        expiresAtMs: position % 2 ? nowMs * 2 : null,
        maxClicks: position % 3 ? 50 : null,
        tags: position % 4 ? ['a,"b"', "ünïcødé 😀"] : [],
        dedupe: false,
      },
      nowMs + position,
    );
    const { id } = (await store.links.find(`code${position}`)) ?? { id: 0 };
    await store.clicks.commit([
      {
        urlId: id,
        destinationVersion: 0,
        isLimited: position % 3 !== 0,
        atMs: nowMs + position,
        isBot: position % 2 === 0,
        referrer: 'https://x.test/"',
        userAgent: "agent\n,",
        clientAddress: "203.0.113.0",
      },
    ]);
    await store.events.create({ urlId: id, userId, type: "note", details: { text: title, nested: [{ a: null }] } }, nowMs + position);
  }
  await store.links.update(1, { originalUrl: "https://example.com/moved", normalizedUrl: "https://example.com/moved", isActive: false }, nowMs + 5_001);
  await store.links.delete(2, nowMs + 5_002);
}

describe("export and import into an empty store", () => {
  test("lose nothing: exporting again gives the same files, whatever the texts", async () => {
    // The API lets no NUL in, and the store refuses it.
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).filter((value) => !value.includes("\0"));
    const special = fc.constantFrom('"', '""', ",", "\n", "\r\n", "\r", " ", "=1+1", "'", "\u2028", "\uFEFF", "null", "[1]", "{}", "é😀");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(text, special), { minLength: 3, maxLength: 8 }),
        fc.constantFrom<ExportFormat>("csv", "ndjson"),
        async (texts, format) => {
          const files = await withStore(async (store) => {
            await fill(store, texts);
            return filesOf(store, format);
          });
          await withStore(async (store) => {
            await importFiles(store, files, format);
            expect(await filesOf(store, format)).toEqual(files);
            expect(await store.links.find("code1")).toBeNull();
            expect(
              await store.links.create(
                {
                  userId: 1,
                  shortCode: "code1",
                  originalUrl: "https://a.example/",
                  normalizedUrl: "https://a.example/",
                  title: null,
                  expiresAtMs: null,
                  maxClicks: null,
                  tags: [],
                  dedupe: false,
                },
                nowMs,
              ),
            ).toEqual({ outcome: "code_retired" });
          });
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  test("keep the counts of clicks and the limits that use them up", async () => {
    await withStore(async (from) => {
      await fill(from, ["a", "b", "c", "d", "e"]);
      const files = await filesOf(from, "csv");
      await withStore(async (to) => {
        await importFiles(to, files, "csv");
        for (const id of [1, 3, 4, 5]) expect(await to.links.get(id)).toEqual(await from.links.get(id));
      });
    });
  });
});

describe("srenity export", () => {
  test("and srenity import move a store whole, and a second import changes nothing", async () => {
    await inTemporaryFolder(async (folder) => {
      const [one, two] = [join(folder, "one"), join(folder, "two")];
      for (const name of [one, two]) mkdirSync(name);
      const imported = await runCommand(["import", join(fixtures, "seed")], one);
      expect(imported).toMatchObject({ status: 0 });
      expect(imported.output).toContain("400 rows taken: 400 new, 0 changed, 0 there already");
      expect(imported.output).toContain("row 131: username repeats an earlier row's name; kept");
      expect(await runCommand(["export", "--out", join(folder, "first")], one)).toMatchObject({ status: 0 });
      expect(await runCommand(["import", join(folder, "first")], two)).toMatchObject({ status: 0 });
      expect(await runCommand(["export", "--out", join(folder, "second")], two)).toMatchObject({ status: 0 });
      for (const kind of kinds) expect(readFileSync(join(folder, "second", `${kind}.csv`))).toEqual(readFileSync(join(folder, "first", `${kind}.csv`)));
      const again = await runCommand(["import", join(folder, "first")], two);
      expect(again.output).toContain("2000 rows taken: 0 new, 0 changed, 2000 there already");
      expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
    });
  }, 60_000);

  test("refuses a folder that has something in it, and a data folder without a store", async () => {
    await inTemporaryFolder(async (folder) => {
      const none = await runCommand(["export"], folder);
      expect(none.status).not.toBe(0);
      expect(none.errors).toContain("has no store");
      await (await openStoreIn(folder)).close();
      const full = await runCommand(["export", "--out", folder], folder);
      expect(full.errors).toContain("is not empty");
      expect(existsSync(join(folder, "users.csv"))).toBe(false);
    });
  });
});

describe("srenity import", () => {
  test("takes a foreign export for what it is, gives it an owner, and changes nothing the second time", async () => {
    await inTemporaryFolder(async (folder) => {
      for (const name of ["yourls.csv", "shlink-api.json", "kutt-api.json", "bitly.csv"]) {
        const first = await runCommand(["import", join(fixtures, "exports", name), "--owner", "moved"], folder);
        expect(first).toMatchObject({ status: 0 });
        expect(first.output.toLowerCase()).toContain(`(${name.split(/[.-]/)[0]}`);
        const second = await runCommand(["import", join(fixtures, "exports", name), "--owner", "moved"], folder);
        expect(second.output).toContain("0 new, 0 changed");
      }
      const store = await openStoreIn(folder);
      expect((await store.users.list({}, { limit: 10, offset: 0 })).items).toMatchObject([{ username: "moved" }]);
      expect(await store.links.get((await store.links.find("ozh"))?.id ?? 0)).toMatchObject({ clicks: 1_432, title: 'Ozh, "planet" RichardK' });
      await store.close();
    });
  }, 60_000);

  test("writes nothing in a dry run, and every fault into the report", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "users.csv");
      writeFileSync(file, "username,email\nann,a@x.test\nbob,nowhere\n");
      const report = join(folder, "report.json");
      const { status, output } = await runCommand(["import", file, "--dry-run", "--report", report], folder);
      expect(status).toBe(0);
      expect(output).toContain("Nothing was written");
      expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({
        is_dry_run: true,
        files: [{ count: 1, refused: 1, errors: [{ row: 2, field: "email" }] }],
      });
      const store = await openStoreIn(folder);
      expect((await store.users.list({}, { limit: 10, offset: 0 })).items).toEqual([]);
      await store.close();
    });
  });

  test("says in one sentence what is wrong with a path, a format or a file", async () => {
    await inTemporaryFolder(async (folder) => {
      cpSync(join(fixtures, "seed/urls.csv"), join(folder, "links.csv"));
      writeFileSync(join(folder, "garbage.csv"), "lorem ipsum\ndolor\n");
      const faults: [string[], RegExp][] = [
        [["import"], /an argument is missing/],
        [["import", "nowhere.csv"], /does not exist/],
        [["import", folder], /has none of users\.csv/],
        [["import", "links.csv", "--format", "excel"], /--format must be one of srenity, yourls, shlink, kutt, bitly/],
        [["import", "links.csv", "--format", "bitly"], /are of no bitly export/],
        [["import", "garbage.csv"], /are of no known format/],
        [["import", "links.csv", "--colour"], /Unknown option '--colour'/],
      ];
      for (const [args, sentence] of faults) {
        const { status, errors } = await runCommand(args, folder);
        expect(errors).toMatch(sentence);
        expect(errors).not.toContain("    at ");
        expect(status).toBeGreaterThan(1);
      }
    });
  }, 60_000);
});
