import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryFolder } from "../cleanup.ts";
import { measureInTurn, summarize } from "../measure.ts";
import type { Effort, Report } from "../scenario.ts";
import { startService } from "../service.ts";
import { formatTable, grouped } from "../text-table.ts";

/** Links per second that 64 clients together must be able to create. */
const targetPerSecond = 5_000;

async function createOwner(url: string): Promise<number> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${url}/users`, {
    method: "POST",
    headers,
    body: JSON.stringify({ username: "bench", email: "bench@example.com" }),
    signal: AbortSignal.timeout(5_000),
  });
  if (answer.status !== 201) throw new Error(`POST /users answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { id: number }).id;
}

/** POST /urls with 64 clients, every address a new one. */
export async function createScenario({ rounds, seconds, seed }: Effort): Promise<Report> {
  const folder = makeTemporaryFolder();
  const dataFolder = join(folder, "data");
  mkdirSync(dataFolder);
  const service = await startService(dataFolder, folder);
  const owner = await createOwner(service.url);
  const measured = await measureInTurn([service], (_server, round) => ({ script: "create.lua", words: [String(owner), `${seed}-${round}`], seconds }), rounds);
  await service.stop();

  const result = summarize(measured.get(service.name) ?? []);
  const row = [
    grouped(result.requestsPerSecond),
    result.cpuUsPerRequest.toFixed(1),
    ...[result.p50Us, result.p99Us, result.p999Us].map((us) => (us / 1000).toFixed(2)),
    String(result.failed),
  ];
  const verdict = `${grouped(result.requestsPerSecond)} creations a second, ${result.requestsPerSecond >= targetPerSecond ? "above" : "BELOW"} the target of ${grouped(targetPerSecond)}.`;
  const table = formatTable(["creations/s", "CPU µs/request", "p50 ms", "p99 ms", "p99.9 ms", "failed"], [row]);
  return { lines: [table, "", verdict], numbers: { median: result, rounds: Object.fromEntries(measured) } };
}
