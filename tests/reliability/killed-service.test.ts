import { expect, test } from "bun:test";
import { LinkLedger } from "./link-ledger.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const rounds = 5;
const clients = 16;
/** Answers that must have been read in a round before it ends. */
const answersPerRound = 600;
const roundTimeoutMs = 20_000;

/** One client: now and then it makes a link, else it follows one, until the service is gone. */
async function visit(service: RunningService, ledger: LinkLedger, client: number): Promise<string> {
  for (let step = client; ; step++) {
    try {
      if (step % 5 === 0) {
        const made = await ledger.create(service);
        if (typeof made === "number") return `POST /urls answered ${made}`;
      } else {
        const entry = ledger.entries[(step * 7_919) % ledger.entries.length];
        if (!entry) continue;
        const { status, location } = await ledger.follow(service, entry);
        if (status !== 302 || location !== entry.url) return `GET /${entry.code} answered ${status} to ${location}`;
      }
    } catch {
      return "gone";
    }
  }
}

test("kill -9 under load, five times over, loses no acknowledged link and no answered click", async () => {
  using folder = temporaryFolder();
  const ledger = new LinkLedger();
  for (let round = 0; round < rounds; round++) {
    await using service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "warn" } });
    if (round === 0) await ledger.begin(service);
    await ledger.create(service);
    const answersBefore = ledger.entries.length + ledger.entries.reduce((sum, { answered }) => sum + answered, 0);
    const visits = Array.from({ length: clients }, (_, client) => visit(service, ledger, client));
    const answers = (): number => ledger.entries.length + ledger.entries.reduce((sum, { answered }) => sum + answered, 0) - answersBefore;
    await waitUntil("a round of answers", roundTimeoutMs, () => answers() >= answersPerRound);
    await service.kill();
    expect(new Set(await Promise.all(visits))).toEqual(new Set(["gone"]));

    await using again = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "warn" } });
    expect(await ledger.findFaults(again)).toEqual([]);
    expect(again.errors()).toBe("");
    await again.kill();
  }
  expect(ledger.entries.length).toBeGreaterThan(rounds * 50);
}, 90_000);
