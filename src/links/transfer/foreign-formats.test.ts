import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { detectFormat } from "./detect-format.ts";
import { foreignFormats } from "./foreign-formats.ts";
import { foreignRows } from "./foreign-rows.ts";
import { parseLinkRow } from "./parse-row.ts";
import { readCsv } from "./read-csv.ts";
import { readJson } from "./read-json.ts";

const folder = join(import.meta.dir, "../../../tests/fixtures/exports");
const ownerId = 5;

/** The links of an export, one line each: code, address, and what else is not a default. */
async function linksOf(file: string): Promise<{ service: string | undefined; links: Record<string, unknown>[]; refused: string[]; notes: string[] }> {
  const bytes = readFileSync(join(folder, file));
  const { columns, batches } = await (file.endsWith(".json") ? readJson(bytes) : readCsv(bytes));
  const found = detectFormat(columns, null);
  const links: Record<string, unknown>[] = [];
  const refused: string[] = [];
  const notes: string[] = [];
  if (!found?.foreign) return { service: undefined, links, refused, notes };
  for await (const batch of foreignRows(batches, found.foreign, ownerId)) {
    for (const raw of batch) {
      const parsed = "record" in raw ? parseLinkRow(raw.record, { nowMs: 0, ownHosts: null }) : null;
      if ("record" in raw) notes.push(...(raw.notes ?? []));
      if (parsed?.outcome !== "ok") refused.push(`${raw.row} ${"fault" in raw ? raw.fault : parsed?.refusals.map(({ field }) => field).join()}`);
      else {
        const { shortCode, originalUrl, title, isActive, earlierClicks, tags, createdAtMs, expiresAtMs, maxClicks, userId } = parsed.row;
        expect(userId).toBe(ownerId);
        links.push({
          code: shortCode,
          url: originalUrl,
          created: new Date(createdAtMs).toISOString(),
          ...(title === null ? {} : { title }),
          ...(isActive ? {} : { isActive }),
          ...(earlierClicks === 0 ? {} : { clicks: earlierClicks }),
          ...(tags.length === 0 ? {} : { tags }),
          ...(expiresAtMs === null ? {} : { expires: new Date(expiresAtMs).toISOString() }),
          ...(maxClicks === null ? {} : { maxClicks }),
        });
      }
    }
  }
  return { service: found.foreign.name, links, refused, notes };
}

describe("an export of YOURLS", () => {
  test("as CSV of its table keeps codes, titles, times and clicks, codes of one character too", async () => {
    const { service, links, refused } = await linksOf("yourls.csv");
    expect(service).toBe("yourls");
    expect(refused).toEqual([]);
    expect(links).toEqual([
      { code: "ozh", url: "https://ozh.org/", created: "2019-03-11T09:15:02.000Z", title: 'Ozh, "planet" RichardK', clicks: 1432 },
      { code: "1", url: "https://example.com/first", created: "2019-03-10T22:00:00.000Z", title: "First link ever", clicks: 3 },
      { code: "4f", url: "https://example.com/caf%C3%A9?a=1&b=2", created: "2021-12-31T23:59:59.000Z", title: "Café – menü" },
    ]);
  });

  test("as CSV of the Import-Export plugin finds the code between slashes", async () => {
    expect((await linksOf("yourls-plugin.csv")).links).toMatchObject([
      { code: "ozh", url: "https://ozh.org/", clicks: 1432 },
      { code: "4f", url: "https://example.com/a,b" },
    ]);
  });

  test("as the API's statistics finds the code in the short URL", async () => {
    expect((await linksOf("yourls-api.json")).links).toMatchObject([
      { code: "ozh", title: "Ozh's planet", clicks: 1432 },
      { code: "4f", title: "Café – menü" },
    ]);
  });
});

describe("an export of Shlink", () => {
  test("as CSV of the web client keeps tags and visits", async () => {
    const { service, links } = await linksOf("shlink.csv");
    expect(service).toBe("shlink");
    expect(links).toEqual([
      {
        code: "docs-v3",
        url: "https://shlink.io/documentation/",
        created: "2023-05-04T08:20:30.000Z",
        title: "Documentation",
        clicks: 1029,
        tags: ["docs", "product"],
      },
      { code: "xK9aB", url: "https://example.com/?utm_source=newsletter", created: "2024-01-31T23:00:00.000Z", clicks: 7 },
    ]);
  });

  test("as the API's answer keeps limits, and tells what has no counterpart", async () => {
    const { links, refused, notes } = await linksOf("shlink-api.json");
    expect(links).toMatchObject([
      { code: "12C18", maxClicks: 500, clicks: 328, tags: ["games", "tech"], created: "2016-08-21T18:34:16.000Z" },
      { code: "sale", expires: "2030-11-30T23:00:00.000Z", clicks: 12 },
    ]);
    expect(refused).toEqual(["3 short_code"]);
    expect(notes).toEqual(["Shlink's validSince has no counterpart: the link answers at once"]);
  });
});

describe("an export of Kutt", () => {
  test("as the API's answer leaves banned and password-protected links inactive", async () => {
    const { service, links, notes } = await linksOf("kutt-api.json");
    expect(service).toBe("kutt");
    expect(links).toMatchObject([
      { code: "gQ7Hz2", title: "Team handbook", clicks: 88, expires: "2031-02-03T04:05:06.000Z" },
      { code: "spam1", isActive: false },
      { code: "secret", isActive: false },
    ]);
    expect(notes).toHaveLength(2);
  });

  test("as CSV of its table reads PostgreSQL's times and flags", async () => {
    expect((await linksOf("kutt.csv")).links).toMatchObject([
      { code: "gQ7Hz2", created: "2023-08-01T12:00:00.123Z", clicks: 88 },
      { code: "spam1", isActive: false },
    ]);
  });
});

describe("an export of Bitly", () => {
  test("as the API's answer makes custom back-halves links too, and keeps archived ones answering", async () => {
    const { service, links } = await linksOf("bitly-api.json");
    expect(service).toBe("bitly");
    expect(links).toEqual([
      {
        code: "3SD8bAQ",
        url: "https://example.com/campaign/spring?utm_medium=print",
        created: "2022-10-24T10:40:37.000Z",
        title: "Spring campaign",
        tags: ["campaign", "print"],
      },
      {
        code: "spring",
        url: "https://example.com/campaign/spring?utm_medium=print",
        created: "2022-10-24T10:40:37.000Z",
        title: "Spring campaign",
        tags: ["campaign", "print"],
      },
      { code: "2OldOne", url: "https://example.com/archive", created: "2020-01-02T03:04:05.000Z" },
    ]);
  });

  test("as CSV keeps tags and clicks, and refuses a link without destination", async () => {
    const { links, refused } = await linksOf("bitly.csv");
    expect(links).toMatchObject([
      { code: "3SD8bAQ", tags: ["campaign", "print"], clicks: 512 },
      { code: "2OldOne", created: "2020-01-02T03:04:05.000Z", clicks: 9 },
    ]);
    expect(refused).toEqual(["3 original_url"]);
  });
});

describe("the table of formats", () => {
  test("has a fixture for every service, as CSV and as an API's answer", async () => {
    const names = [...new Set(foreignFormats.map(({ name }) => name))];
    for (const name of names) for (const file of [`${name}.csv`, `${name}-api.json`]) expect((await linksOf(file)).service).toBe(name);
  });

  test("never takes a file of ours for a foreign one, and nothing for what it does not know", () => {
    expect(detectFormat(["id", "user_id", "short_code", "original_url"], null)).toMatchObject({ kind: "urls", foreign: null });
    expect(detectFormat(["id", "original_url"], null)).toBeNull();
    expect(detectFormat(["keyword", "url"], "kutt")).toBeNull();
  });

  test("refuses a code that comes twice, as it does on two domains", async () => {
    const csv = "domain,shortCode,longUrl\na.test,sale,https://a.example/\nb.test,sale,https://b.example/\n";
    const { columns, batches } = await readCsv(Buffer.from(csv));
    const found = detectFormat(columns, null);
    const rows = [];
    if (found?.foreign) for await (const batch of foreignRows(batches, found.foreign, ownerId)) rows.push(...batch);
    expect(rows).toMatchObject([
      { row: 1, record: { short_code: "sale", original_url: "https://a.example/" } },
      { row: 2, fault: 'the code "sale" comes twice in this file; the first is kept' },
    ]);
  });
});
