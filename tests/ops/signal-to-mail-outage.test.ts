import { expect, test } from "bun:test";
import { fastTime, type SignalChain, startSignalChain } from "../harness/signal-chain.ts";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { waitUntil } from "../harness/wait-until.ts";

const title = "The link service does not answer";
/** What a person may wait for a mail after the service died, in milliseconds: at the default settings, and at the fast ones. */
const mailMostMs = 60_000;
const mailMostFastMs = 10_000;
/** From the service's return to the mail that says so, in milliseconds: scrape, evaluation and a look at the group. */
const resolvedMostMs = 30_000;
const resolvedMostFastMs = 8_000;
/** An outage nobody is woken for, in milliseconds. */
const blipMs = 20_000;
/** How long no second mail may come, in milliseconds: several looks at a group, at the fast settings. */
const quietMs = 6_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const firing = (chain: SignalChain) => chain.pages(`[FIRING] ${title}`);
const resolved = (chain: SignalChain) => chain.pages(`[RESOLVED] ${title}`);

/** Kills the service until its mail is there, brings it back until the next one is there; how long both took, in milliseconds. */
async function killAndReturn(chain: SignalChain, mostMs: { mail: number; resolved: number }): Promise<{ mailMs: number; resolvedMs: number }> {
  const killedAtMs = Date.now();
  await chain.service().kill();
  await waitUntil("the mail about the outage", mostMs.mail, () => firing(chain).length > 0);
  const mailMs = (firing(chain)[0]?.receivedAtMs ?? Number.NaN) - killedAtMs;
  await chain.startService();
  const backAtMs = Date.now();
  await waitUntil("the mail about its end", mostMs.resolved, () => resolved(chain).length > 0);
  return { mailMs, resolvedMs: (resolved(chain)[0]?.receivedAtMs ?? Number.NaN) - backAtMs };
}

test.concurrent("at the default settings a killed service is mailed within 60 s, and its return in one mail of the same thread", async () => {
  await using chain = await startSignalChain();
  const { mailMs, resolvedMs } = await killAndReturn(chain, { mail: mailMostMs, resolved: resolvedMostMs });
  console.log(`default settings: kill -9 to mail ${seconds(mailMs)}, return to resolved mail ${seconds(resolvedMs)}`);
  expect(mailMs).toBeLessThan(mailMostMs);
  expect(chain.pages("").map(({ subject }) => subject)).toEqual([`[FIRING] ${title}`, `[RESOLVED] ${title}`]);
  const [first, second] = chain.pages("");
  expect(first?.headers["references"]).toMatch(/^<[0-9a-f]{16}\.\d+@alerts\.srenity>$/);
  expect(second?.headers["references"]).toBe(first?.headers["references"] as string);
  expect(second?.headers["in-reply-to"]).toBe(first?.headers["references"] as string);
  expect(second?.headers["message-id"]).not.toBe(first?.headers["message-id"] as string);
}, 180_000);

test.concurrent("at the fast settings a killed service is mailed within 10 s, its return once, and nothing after that", async () => {
  await using chain = await startSignalChain(fastTime);
  const { mailMs, resolvedMs } = await killAndReturn(chain, { mail: mailMostFastMs, resolved: resolvedMostFastMs });
  console.log(`fast settings: kill -9 to mail ${seconds(mailMs)}, return to resolved mail ${seconds(resolvedMs)}`);
  await holdsThroughout("one mail about the outage and one about its end", quietMs, () => firing(chain).length === 1 && resolved(chain).length === 1);
  const [mail] = firing(chain);
  for (const body of [mail?.text ?? "", mail?.html ?? ""]) {
    for (const said of [
      title,
      "No short link redirects",
      "0 instances that answer",
      "Start it again",
      " UTC",
      "/runbooks/LinkServiceDown",
      "/d/golden-signals",
    ])
      expect(body).toContain(said);
  }
  expect(mail?.to).toEqual([chain.addresses.pagesTo]);
  expect(mail?.headers["auto-submitted"]).toBe("auto-generated");
  expect(resolved(chain)[0]?.text).toMatch(/From \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC to \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  const told = chain.desk
    .at("/webhooks/alertmanager")
    .flatMap(({ alerts }) => alerts)
    .filter(({ labels }) => labels["alertname"] === "LinkServiceDown");
  expect(told.map(({ status }) => status)).toEqual(["firing", "resolved"]);
}, 120_000);

test.concurrent("at the default settings a service that stands still for 20 s wakes nobody, though the rule saw it", async () => {
  await using chain = await startSignalChain();
  const stoppedAtMs = Date.now();
  process.kill(chain.service().pid, "SIGSTOP");
  try {
    await holdsThroughout("no page during the blip", blipMs, () => chain.pages("").length === 0);
  } finally {
    process.kill(chain.service().pid, "SIGCONT");
  }
  await holdsThroughout("no page after the blip", mailMostMs - (Date.now() - stoppedAtMs), () => chain.pages("").length === 0);
  const pendingSamples = await chain.query('count_over_time(ALERTS{alertname="LinkServiceDown",alertstate="pending"}[2m])');
  console.log(`20 s blip: LinkServiceDown was pending at ${pendingSamples} evaluations, and no page was mailed`);
  expect(pendingSamples).toBeGreaterThan(0);
  expect(await chain.query('count_over_time(ALERTS{alertname="LinkServiceDown",alertstate="firing"}[2m])')).toBeNull();
}, 180_000);
