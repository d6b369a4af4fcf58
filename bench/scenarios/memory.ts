import { join } from "node:path";
import { makeTemporaryFolder } from "../cleanup.ts";
import { makeLinkFolder, writeVisits } from "../link-folder.ts";
import { waitUntilAtRest } from "../measure.ts";
import { residentMb } from "../process-cost.ts";
import type { Effort, Report } from "../scenario.ts";
import { startService } from "../service.ts";
import { formatTable } from "../text-table.ts";
import { runWrk } from "../wrk.ts";

const linkCount = 1_000_000;
/** Every visit asks for a link drawn evenly, so that over 100 000 different ones are touched and the cache is full. */
const visitCount = 300_000;

/** Longest that importing a million links may take, in seconds. */
const importLimitS = 60;
/** Most memory that the service may have resident with a million links, in megabytes. */
const residentLimitMb = 120;

/** A million links: how long they take to import, and how much memory serving them takes. */
export async function memoryScenario({ rounds, seconds, seed }: Effort): Promise<Report> {
  const folder = makeTemporaryFolder();
  const { dataFolder, importMs } = await makeLinkFolder(folder, linkCount);
  const visits = join(folder, "visits.txt");
  await writeVisits(visits, { linkCount, visitCount, seed, isEven: true });
  const service = await startService(dataFolder, folder);
  await waitUntilAtRest(service);
  const samples: { after: string; residentMb: number }[] = [{ after: "start", residentMb: residentMb(service.pid) }];
  let asked = 0;
  for (let round = 1; round <= rounds; round += 1) {
    asked += (await runWrk({ url: service.url, script: "paths.lua", words: [visits, String(seed + round)], seconds })).requests;
    samples.push({ after: `${asked} redirects`, residentMb: residentMb(service.pid) });
  }
  await service.stop();

  const importS = importMs / 1000;
  const most = Math.max(...samples.map((sample) => sample.residentMb));
  const lines = [
    formatTable(
      ["after", "resident MB"],
      samples.map((sample) => [sample.after, sample.residentMb.toFixed(1)]),
    ),
    "",
    `Importing a million links took ${importS.toFixed(1)} s, ${importS < importLimitS ? "within" : "ABOVE"} the limit of ${importLimitS} s.`,
    `At most ${most.toFixed(0)} MB were resident, ${most <= residentLimitMb ? "within" : "ABOVE"} the limit of ${residentLimitMb} MB.`,
  ];
  return { lines, numbers: { linkCount, importS, samples } };
}
