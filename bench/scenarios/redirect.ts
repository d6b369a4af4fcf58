import { join } from "node:path";
import { makeTemporaryFolder } from "../cleanup.ts";
import { makeLinkFolder, writeVisits } from "../link-folder.ts";
import { measureInTurn, summarize, type Measurement } from "../measure.ts";
import { startFastify, startNginxPeers } from "../peers/start-peers.ts";
import type { Effort, Report } from "../scenario.ts";
import { startService } from "../service.ts";
import { formatTable, grouped } from "../text-table.ts";

const linkCount = 100_000;
const visitCount = 200_000;

/** CPU per redirect, as a multiple of nginx's: the limit of this version, and the goal. */
const ratioLimit = 2.3;
const ratioGoal = 1.5;

function rowOf(name: string, result: Measurement, nginxCpuUs: number): string[] {
  return [
    name,
    result.cpuUsPerRequest.toFixed(1),
    (result.cpuUsPerRequest / nginxCpuUs).toFixed(2),
    grouped(result.requestsPerSecond),
    ...[result.p50Us, result.p99Us, result.p999Us].map((us) => (us / 1000).toFixed(2)),
    result.residentMb.toFixed(0),
    String(result.failed),
  ];
}

function judge(results: Record<string, Measurement>): string[] {
  const [ours, nginx, fastify] = ["SREnity", "nginx", "Fastify, bare"].map((name) => results[name]?.cpuUsPerRequest ?? Number.NaN) as [number, number, number];
  const ratio = ours / nginx;
  return [
    `CPU per redirect: ${ratio.toFixed(2)} × nginx, ${ratio <= ratioLimit ? "within" : "ABOVE"} the limit of ${ratioLimit}; the goal is ${ratioGoal}${ratio <= ratioGoal ? ", met" : ""}.`,
    `CPU per redirect: ${(ours / fastify).toFixed(2)} × Fastify's bare redirect, ${ours < fastify ? "below it, as it should be" : "NOT BELOW it"}.`,
  ];
}

/** The redirect with every signal on, beside nginx and Fastify, in turn. */
export async function redirectScenario({ rounds, seconds, seed }: Effort): Promise<Report> {
  const folder = makeTemporaryFolder();
  const visits = join(folder, "visits.txt");
  await writeVisits(visits, { linkCount, visitCount, seed });
  const { dataFolder } = await makeLinkFolder(folder, linkCount);
  const servers = [await startService(dataFolder, folder), ...(await startNginxPeers(folder)), await startFastify(folder)];
  const measured = await measureInTurn(servers, (_server, round) => ({ script: "paths.lua", words: [visits, String(seed + round)], seconds }), rounds);
  for (const server of servers) await server.stop();

  const results = Object.fromEntries([...measured].map(([name, list]) => [name, summarize(list)]));
  const nginxCpuUs = results["nginx"]?.cpuUsPerRequest ?? Number.NaN;
  const head = ["server", "CPU µs/request", "× nginx", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "resident MB", "failed"];
  const table = formatTable(
    head,
    Object.entries(results).map(([name, result]) => rowOf(name, result, nginxCpuUs)),
  );
  return { lines: [table, "", ...judge(results)], numbers: { linkCount, medians: results, rounds: Object.fromEntries(measured) } };
}
