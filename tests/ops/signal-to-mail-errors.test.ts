import { expect, test } from "bun:test";
import { startApiTraffic } from "../harness/api-traffic.ts";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { lockStore } from "../harness/lock-store.ts";
import { fastTime, startSignalChain } from "../harness/signal-chain.ts";
import { waitUntil } from "../harness/wait-until.ts";

const rate = "More than 5 % of all requests fail";
const budget = "The API answers: the error budget burns fast";
/** A healthy hour before the fault, in milliseconds of the fast settings. */
const healthyMs = 60_000;
/** Longest wait for a mail about the fault, and about its end, in milliseconds. */
const mailMostMs = 40_000;
const resolvedMostMs = 40_000;
/** How long no second mail may come, in milliseconds: several looks at a group. */
const quietMs = 4_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

test("when a locked store fails every tenth request, the error rate pages first and the error budget second, one mail each, and each is resolved once", async () => {
  await using chain = await startSignalChain(fastTime);
  await using traffic = await startApiTraffic(chain.service());
  const took: Record<string, number> = {};
  const mailed = (status: string, title: string) => chain.pages(`[${status}] ${title}`);
  const awaitMail = async (status: string, title: string, sinceMs: number, mostMs: number): Promise<void> => {
    await waitUntil(`the mail [${status}] ${title}`, mostMs, () => mailed(status, title).length > 0);
    took[`${status} ${title}`] = (mailed(status, title)[0]?.receivedAtMs ?? Number.NaN) - sinceMs;
  };
  await holdsThroughout("healthy traffic pages nobody", healthyMs, () => mailed("FIRING", rate).length + mailed("FIRING", budget).length === 0);
  expect(traffic.answers()[503]).toBeUndefined();

  const healthyAnswers = { ...traffic.answers() };
  const lockedAtMs = Date.now();
  {
    using _ = lockStore(chain.dataFolder);
    await awaitMail("FIRING", rate, lockedAtMs, mailMostMs);
    expect(mailed("FIRING", budget)).toEqual([]);
    await awaitMail("FIRING", budget, lockedAtMs, mailMostMs);
    await holdsThroughout("one mail each", quietMs, () => mailed("FIRING", rate).length === 1 && mailed("FIRING", budget).length === 1);
  }
  const failed = traffic.answers()[503] ?? 0;
  const share = failed / (failed + (traffic.answers()[200] ?? 0) - (healthyAnswers[200] ?? 0));
  const releasedAtMs = Date.now();
  await Promise.all([rate, budget].map((title) => awaitMail("RESOLVED", title, releasedAtMs, resolvedMostMs)));
  await holdsThroughout("one mail each, and one for each end", quietMs, () =>
    [rate, budget].every((title) => mailed("FIRING", title).length === 1 && mailed("RESOLVED", title).length === 1),
  );
  console.log(`locked store, ${(share * 100).toFixed(1)} % of the requests failed:`);
  for (const [mail, ms] of Object.entries(took)) console.log(`  ${mail}: after ${seconds(ms)}`);
  expect(share).toBeGreaterThan(0.08);
  expect(share).toBeLessThan(0.12);
  const [mail] = mailed("FIRING", budget);
  expect(mail?.text).toContain("slo=api-availability");
  expect(mail?.text).toMatch(/Value {7}[\d.]+% of the error budget of 30 days spent within an hour or six\n {2}Limit {7}.*2%/);
}, 200_000);
