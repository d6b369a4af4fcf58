import { expect, test } from "bun:test";
import type { ChannelView, SeriesView } from "../../src/desk/views.ts";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { canMount, makeSmallDisk } from "../reliability/small-disk.ts";
import { type FaultChain, startFaultChain } from "./fault-chain.ts";
import { proveFault } from "./fault-proof.ts";

const errorShare = 0.12;
/** What a mail server says that is out of order for a while. */
const refusal = 451;
/** Room for the desk's database and a little more, in megabytes. */
const diskMb = 16;
/** How long the disk stays full before and after the service breaks, and how far measurements may be apart, in milliseconds. */
const fullMs = 6_000;
const gapMostMs = 3_000;
const patientMs = 60_000;
const testTimeoutMs = 140_000;

const channels = async ({ desk }: FaultChain): Promise<ChannelView[]> => (await desk.send("GET", "/api/channels")).json.channels as ChannelView[];

/** Longest time between two measurements of a span, in milliseconds. */
async function longestGapMs({ desk }: FaultChain, fromMs: number, toMs: number): Promise<number> {
  const { json } = await desk.send("GET", `/api/series?name=signal:up:count&from=${fromMs}&to=${toMs}&points=1000`);
  const { timesMs, series } = json as SeriesView;
  const measured = timesMs.filter((_, index) => series.some(({ values }) => (values[index] ?? null) !== null));
  return Math.max(...[fromMs, ...measured, toMs].map((atMs, index, all) => (index === 0 ? 0 : atMs - (all[index - 1] ?? atMs))));
}

test.concurrent(
  "a mail server that refuses loses nothing: the mail leaves once when it takes mails again, and so does the recovery",
  async () => {
    await using chain = await startFaultChain();
    chain.sink.answer(refusal);
    await proveFault(chain, {
      name: "mail down",
      expected: ["HighErrorRate", "RedirectErrorBudgetBurn"],
      begin: () => chain.service.order({ errorShare }),
      untilMended: async () => {
        await waitUntil("the refusal is noted", patientMs, async () => (await channels(chain)).some(({ lastFault }) => lastFault?.includes(String(refusal))));
        expect(chain.sink.mails()).toEqual([]);
        // The fault ends before the mail can leave: an outage that nobody could be told of in time is told all the same.
        chain.service.order({});
        chain.sink.answer(null);
      },
      end: () => undefined,
    });
  },
  testTimeoutMs,
);

test.concurrent.if(canMount)(
  "a desk whose disk is full goes on watching, and an outage meanwhile is an incident from its beginning, mailed once, as soon as there is room",
  async () => {
    using disk = makeSmallDisk(diskMb);
    await using chain = await startFaultChain({ deskFolder: disk.path });
    disk.fill();
    const fullAtMs = Date.now();
    await waitUntil("the disk is noticed", patientMs, async () => (await chain.desk.send("GET", "/ready")).status === 503);
    await holdsThroughout("the desk answers", fullMs, async () => (await chain.desk.send("GET", "/health")).status === 200);
    expect(await longestGapMs(chain, fullAtMs, Date.now() - gapMostMs)).toBeLessThan(gapMostMs);
    let killedAtMs = 0;
    const incident = await proveFault(chain, {
      name: "full disk of the desk",
      expected: ["LinkServiceDown"],
      begin: async () => {
        killedAtMs = Date.now();
        await chain.service.kill();
        await waitUntil("the outage is seen", patientMs, async () => (await chain.desk.send("GET", "/api/targets")).json.targets[0].isUp === false);
        await holdsThroughout("nothing can be opened", fullMs, async () => (await chain.incidents()).length === 0);
        disk.free();
      },
      end: () => chain.service.restart(),
    });
    expect(Math.abs(incident.impactStartedAtMs - killedAtMs)).toBeLessThan(gapMostMs);
    expect((await chain.desk.send("GET", "/ready")).status).toBe(200);
  },
  testTimeoutMs,
);
