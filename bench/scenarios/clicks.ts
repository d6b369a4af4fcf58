import { join } from "node:path";
import { Database } from "bun:sqlite";
import { databaseName, openSqliteStore } from "../../src/storage/sqlite/open.ts";
import { plainClick } from "../../src/storage/contract/rows.ts";
import type { EventFilter, Store } from "../../src/storage/store.ts";
import { makeTemporaryFolder } from "../cleanup.ts";
import { linkCode } from "../link-code.ts";
import { randomNumbers } from "../random-numbers.ts";
import type { Effort, Report } from "../scenario.ts";
import { formatTable, grouped } from "../text-table.ts";

const linkCount = 1_000_000;
const ownerCount = 10_000;
const batchClicks = 50;
const importRows = 5_000;
const traits = { referrer: "direct", browser: "unknown", system: "unknown", device: "unknown", country: "unknown" };
/** Questions asked of each kind. */
const askCount = 200;

async function fill(store: Store, clickCount: number, below: (limit: number) => number): Promise<number> {
  const owners = Array.from({ length: ownerCount }, (_, index) => ({
    id: index + 1,
    username: `user${index}`,
    email: `user${index}@example.com`,
    createdAtMs: 0,
  }));
  await store.users.importBatch(owners);
  for (let start = 0; start < linkCount; start += importRows) {
    const rows = Array.from({ length: importRows }, (_, offset) => {
      const index = start + offset;
      const originalUrl = `https://example.com/a/path/of/usual/length/${index}`;
      const plain = {
        title: `Link ${index}`,
        isActive: true,
        expiresAtMs: null,
        maxClicks: null,
        tags: [],
        earlierClicks: 0,
        createdAtMs: 0,
        updatedAtMs: 0,
        deletedAtMs: null,
      };
      return { id: index + 1, userId: (index % ownerCount) + 1, shortCode: linkCode(index), originalUrl, normalizedUrl: originalUrl, ...plain };
    });
    await store.links.importBatch(rows);
  }
  const before = process.cpuUsage();
  for (let done = 0; done < clickCount; done += batchClicks) {
    const batch = Array.from({ length: batchClicks }, (_, offset) =>
      plainClick({ urlId: below(linkCount) + 1, atMs: (done + offset) * 1_000, userAgent: "Mozilla/5.0 (X11; Linux x86_64)" }),
    );
    await store.clicks.commit(batch);
    if (done % 500_000 === 0) process.stderr.write(`\r${grouped(done)} clicks`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / clickCount;
}

/** Background work until every full chunk is sealed; the roll-up comes after that and is left out. */
async function seal(store: Store, file: string, clickCount: number): Promise<number> {
  const database = new Database(file, { readonly: true });
  const sealed = database.prepare<{ clicks: number | null }, []>("SELECT sum(clicks) AS clicks FROM click_chunks");
  const before = process.cpuUsage();
  while (clickCount - (sealed.get()?.clicks ?? 0) >= 32_768) for (let slice = 0; slice < 100; slice++) await store.maintain(0, 1);
  const { user, system } = process.cpuUsage(before);
  database.close();
  return (user + system) / clickCount;
}

async function timeOf(ask: () => Promise<unknown>): Promise<{ medianMs: number; p99Ms: number }> {
  const times: number[] = [];
  for (let asked = 0; asked < askCount; asked++) {
    const startedMs = performance.now();
    await ask();
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  return { medianMs: times[Math.floor(askCount / 2)] as number, p99Ms: times[Math.floor(askCount * 0.99)] as number };
}

/** What a list of clicks costs when there are ten million of them on a million links, asked of the store itself. */
export async function clicksScenario({ seed, mostEvents }: Effort): Promise<Report> {
  const folder = makeTemporaryFolder();
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const store = await openSqliteStore({ folder, sync: "normal", describe: () => traits, cacheKib: 128_000 });
  const commitUs = await fill(store, mostEvents, below);
  const sealUs = await seal(store, join(folder, databaseName), mostEvents);
  const page = { limit: 100, offset: 0 };
  const filters: Record<string, () => EventFilter> = {
    "events of a link": () => ({ urlId: below(linkCount) + 1 }),
    "events of an owner": () => ({ userId: below(ownerCount) + 1 }),
    "clicks of an hour": () => {
      const fromMs = below(mostEvents) * 1_000;
      return { type: "click", fromMs, toMs: fromMs + 3_600_000 };
    },
    "any events": () => ({}),
  };
  const rows: string[][] = [];
  const times: Record<string, { medianMs: number; p99Ms: number }> = {};
  for (const [name, filter] of Object.entries(filters)) {
    const time = await timeOf(() => store.events.list(filter(), page));
    times[name] = time;
    rows.push([name, time.medianMs.toFixed(1), time.p99Ms.toFixed(1)]);
  }
  const link = await timeOf(() => store.links.get(below(linkCount) + 1));
  rows.push(["a link by id", link.medianMs.toFixed(3), link.p99Ms.toFixed(3)]);
  await store.close();
  const lines = [
    formatTable([`${grouped(mostEvents)} clicks on ${grouped(linkCount)} links`, "median ms", "p99 ms"], rows),
    "",
    `A click costs ${commitUs.toFixed(1)} µs of CPU to commit and ${sealUs.toFixed(1)} µs to seal.`,
  ];
  return { lines, numbers: { linkCount, clickCount: mostEvents, commitUs, sealUs, times, link } };
}
