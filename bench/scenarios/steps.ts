import { join } from "node:path";
import { makeTemporaryFolder } from "../cleanup.ts";
import { writeVisits } from "../link-folder.ts";
import { measureInTurn, summarize } from "../measure.ts";
import { findFreePort, startServer, type PinnedServer } from "../pinned-server.ts";
import type { Effort, Report } from "../scenario.ts";
import { stepNames } from "../steps/step-names.ts";
import { formatTable } from "../text-table.ts";

const linkCount = 100_000;
const visitCount = 100_000;

async function startStep(name: string, level: number, folder: string): Promise<PinnedServer> {
  const port = findFreePort();
  const words = [port, level, folder, linkCount].map(String);
  return startServer({ name, command: [process.execPath, join(import.meta.dir, "..", "steps", "step-server.ts"), ...words], port }, folder);
}

/** What each part of a redirect costs: small servers, each doing one thing more than the one before. */
export async function stepsScenario({ rounds, seconds, seed }: Effort): Promise<Report> {
  const folder = makeTemporaryFolder();
  const visits = join(folder, "visits.txt");
  await writeVisits(visits, { linkCount, visitCount, seed });
  const servers: PinnedServer[] = [];
  for (const [level, name] of stepNames.entries()) servers.push(await startStep(name, level, folder));
  const shorter = Math.max(1, Math.floor(seconds / 2));
  const measured = await measureInTurn(servers, (_server, round) => ({ script: "paths.lua", words: [visits, String(seed + round)], seconds: shorter }), rounds);
  for (const server of servers) await server.stop();

  const costs = stepNames.map((name) => ({ name, cpuUs: summarize(measured.get(name) ?? []).cpuUsPerRequest }));
  const rows = costs.map(({ name, cpuUs }, index) => [name, cpuUs.toFixed(1), index === 0 ? "–" : (cpuUs - (costs[index - 1]?.cpuUs ?? cpuUs)).toFixed(1)]);
  return { lines: [formatTable(["a redirect on Bun", "CPU µs/request", "added µs"], rows)], numbers: { costs, rounds: Object.fromEntries(measured) } };
}
