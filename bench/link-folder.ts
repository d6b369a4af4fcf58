import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { linkCode } from "./link-code.ts";
import { randomNumbers, zipfRanks } from "./random-numbers.ts";
import { runCommand } from "./service.ts";

/** Links of one owner, whatever the number of links, so that a page of them costs the same. */
const linksPerUser = 100;
/** Lines written at once. */
const chunkLines = 10_000;

/** Owners that so many links are spread over. */
export const userCountOf = (linkCount: number): number => Math.ceil(linkCount / linksPerUser);

export interface LinkFolder {
  dataFolder: string;
  importMs: number;
}

async function writeLines(path: string, head: string, count: number, lineOf: (index: number) => string): Promise<void> {
  const writer = Bun.file(path).writer();
  await writer.write(`${head}\n`);
  for (let start = 0; start < count; start += chunkLines) {
    const lines = Array.from({ length: Math.min(chunkLines, count - start) }, (_, offset) => lineOf(start + offset));
    await writer.write(`${lines.join("\n")}\n`);
    await writer.flush();
  }
  await writer.end();
}

/** Writes users.csv, urls.csv and, when asked for, events.csv in the shape that `srenity import` reads. */
async function writeCsv(folder: string, linkCount: number, eventCount: number): Promise<void> {
  const random = randomNumbers(linkCount);
  const userCount = userCountOf(linkCount);
  await writeLines(
    join(folder, "users.csv"),
    "id,username,email,created_at",
    userCount,
    (index) => `${index + 1},user${index + 1},user${index + 1}@example.com,2025-01-01 00:00:00`,
  );
  const ownerOf = (linkIndex: number): number => (linkIndex % userCount) + 1;
  await writeLines(join(folder, "urls.csv"), "id,user_id,short_code,original_url,title,is_active,created_at,updated_at", linkCount, (index) => {
    const address = `https://example.com/a/path/of/usual/length/${index}`;
    return `${index + 1},${ownerOf(index)},${linkCode(index)},${address},Link ${index},True,2025-01-02 00:00:00,2025-01-02 00:00:00`;
  });
  if (eventCount === 0) return;
  const startMs = Date.UTC(2025, 1, 1);
  const spanMs = 300 * 86_400_000;
  await writeLines(join(folder, "events.csv"), "id,url_id,user_id,event_type,timestamp,details", eventCount, (index) => {
    const link = Math.floor(random() * linkCount);
    const time = new Date(startMs + (spanMs * index) / eventCount).toISOString().slice(0, 19).replace("T", " ");
    return `${index + 1},${link + 1},${ownerOf(link)},click,${time},"{""short_code"":""${linkCode(link)}"",""referrer"":""https://news.example/""}"`;
  });
}

/** Makes a data folder with links (and clicks) through `srenity import`, and says how long the import took. */
export async function makeLinkFolder(folder: string, linkCount: number, eventCount = 0): Promise<LinkFolder> {
  const source = join(folder, `csv-${linkCount}`);
  const dataFolder = join(folder, `data-${linkCount}`);
  mkdirSync(source, { recursive: true });
  mkdirSync(dataFolder, { recursive: true });
  await writeCsv(source, linkCount, eventCount);
  const importMs = await runCommand(["import", source], dataFolder);
  rmSync(source, { recursive: true });
  return { dataFolder, importMs };
}

/** Writes a file with the paths of visits, one a line; links are drawn by Zipf's law, or evenly. */
export async function writeVisits(path: string, wanted: { linkCount: number; visitCount: number; seed: number; isEven?: boolean }): Promise<void> {
  const random = randomNumbers(wanted.seed);
  const drawZipf = zipfRanks(wanted.linkCount, random);
  const draw = wanted.isEven ? () => Math.floor(random() * wanted.linkCount) : drawZipf;
  await Bun.write(path, Array.from({ length: wanted.visitCount }, () => `/${linkCode(draw())}\n`).join(""));
}
