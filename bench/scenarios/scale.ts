import { join } from "node:path";
import { makeTemporaryFolder } from "../cleanup.ts";
import { linkCode } from "../link-code.ts";
import { makeLinkFolder, userCountOf } from "../link-folder.ts";
import { measureOnce, waitUntilAtRest, type Measurement } from "../measure.ts";
import { randomNumbers } from "../random-numbers.ts";
import type { Effort, Report } from "../scenario.ts";
import { startService } from "../service.ts";
import { formatTable, grouped } from "../text-table.ts";

interface Size {
  links: number;
  events: number;
}

const sizes: Size[] = [
  { links: 1_000, events: 10_000 },
  { links: 100_000, events: 1_000_000 },
  { links: 1_000_000, events: 10_000_000 },
];

/** Different paths asked for in each operation. */
const pathCount = 20_000;
/** Clients at once: few, because the question is what one request costs. */
const clients = 8;
const perPage = 100;

type PathMaker = (size: Size, below: (limit: number) => number) => string;

const operations: Record<string, PathMaker> = {
  "GET /:code": ({ links }, below) => `/${linkCode(below(links))}`,
  "GET /urls/:id": ({ links }, below) => `/urls/${below(links) + 1}`,
  "GET /urls?user_id=": ({ links }, below) => `/urls?user_id=${below(userCountOf(links)) + 1}`,
  "GET /urls?page= (any)": ({ links }, below) => `/urls?page=${below(links / perPage) + 1}`,
  "GET /urls?after_id=": ({ links }, below) => `/urls?after_id=${below(links)}`,
  "GET /events?url_id=": ({ links }, below) => `/events?url_id=${below(links) + 1}`,
  "GET /urls/:id/stats": ({ links }, below) => `/urls/${below(links) + 1}/stats`,
};

async function measureSize(size: Size, { seconds, seed }: Effort): Promise<Record<string, Measurement>> {
  const folder = makeTemporaryFolder();
  process.stderr.write(`importing ${grouped(size.links)} links and ${grouped(size.events)} events …\n`);
  const { dataFolder } = await makeLinkFolder(folder, size.links, size.events);
  const service = await startService(dataFolder, folder);
  process.stderr.write(`at rest ${((await waitUntilAtRest(service)) / 1000).toFixed(0)} s after the start\n`);
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const measured: Record<string, Measurement> = {};
  for (const [name, makePath] of Object.entries(operations)) {
    const paths = join(folder, "paths.txt");
    await Bun.write(paths, Array.from({ length: pathCount }, () => `${makePath(size, below)}\n`).join(""));
    const load = { script: "paths.lua", words: [paths, String(seed)], connections: clients } as const;
    await measureOnce(service, { ...load, seconds: 1 });
    await waitUntilAtRest(service);
    measured[name] = await measureOnce(service, { ...load, seconds });
  }
  await service.stop();
  return measured;
}

/** What one lookup and one page cost with a thousand, a hundred thousand and a million links: flat is the aim. */
export async function scaleScenario(effort: Effort): Promise<Report> {
  const columns: Record<string, Measurement>[] = [];
  const measuredSizes = sizes.map(({ links, events }) => ({ links, events: Math.min(events, effort.mostEvents) }));
  for (const size of measuredSizes) columns.push(await measureSize(size, effort));
  const head = ["operation", ...measuredSizes.map(({ links, events }) => `${grouped(links)} links, ${grouped(events)} events`)];
  const cell = (result: Measurement | undefined): string => {
    if (result === undefined || result.requests === 0) return "no answer";
    return `${result.cpuUsPerRequest.toFixed(0)} µs CPU, p99 ${(result.p99Us / 1000).toFixed(1)} ms${result.failed > 0 ? `, ${result.failed} failed` : ""}`;
  };
  const rows = Object.keys(operations).map((name) => [name, ...columns.map((column) => cell(column[name]))]);
  return { lines: [formatTable(head, rows)], numbers: { sizes: measuredSizes, columns } };
}
