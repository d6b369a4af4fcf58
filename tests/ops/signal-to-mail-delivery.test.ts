import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { send } from "../harness/send.ts";
import { fastTime, type SignalChain, startSignalChain } from "../harness/signal-chain.ts";
import { waitUntil } from "../harness/wait-until.ts";

const title = "The link service does not answer";
/** Longest wait for anything of the chain, in milliseconds: several times what it takes on two busy cores. */
const stepMostMs = 30_000;
/** How long no second mail may come, in milliseconds: several looks at a group. */
const quietMs = 4_000;
const testTimeoutMs = 150_000;
/** Alertmanager saves what it knows each ten seconds. */
const savedMostMs = 30_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const subjects = (chain: SignalChain): string[] => chain.pages(title).map(({ subject }) => subject);
const hooksAbout = (chain: SignalChain, name: string) =>
  chain.desk.at("/webhooks/alertmanager").filter(({ alerts }) => alerts.some(({ labels, status }) => labels["alertname"] === name && status === "firing"));

/** Kills the service and waits for its mail. */
async function killService(chain: SignalChain): Promise<void> {
  await chain.service().kill();
  await waitUntil("the mail about the outage", stepMostMs, () => subjects(chain).length > 0);
}

/** Brings the service back: one mail has told of the outage, and one tells of its end. */
async function expectOneMailEach(chain: SignalChain): Promise<void> {
  await holdsThroughout("one mail about the outage", quietMs, () => subjects(chain).length === 1);
  await chain.startService();
  await waitUntil("the mail about its end", stepMostMs, () => subjects(chain).length > 1);
  await holdsThroughout("one mail about its end", quietMs, () => subjects(chain).length === 2);
  expect(subjects(chain)).toEqual([`[FIRING] ${title}`, `[RESOLVED] ${title}`]);
  const [first, second] = chain.pages(title);
  expect(second?.headers["references"]).toBe(first?.headers["references"] as string);
}

test.concurrent(
  "while mail is refused the desk is told that it fails, and the mail arrives once when it is taken again",
  async () => {
    await using chain = await startSignalChain(fastTime);
    const refused = () => chain.query('sum(alertmanager_notification_requests_failed_total{integration="email"})');
    const awaitRefusals = async (what: string): Promise<void> => {
      const before = (await refused()) ?? 0;
      await waitUntil(`Prometheus sees that mails fail: ${what}`, stepMostMs, async () => ((await refused()) ?? 0) > before);
    };
    await chain.stopMail();
    await chain.service().kill();
    const killedAtMs = Date.now();
    await waitUntil("the desk is told that mails fail", stepMostMs, () => hooksAbout(chain, "MailFailing").length > 0);
    const toldMs = (hooksAbout(chain, "MailFailing")[0]?.receivedAtMs ?? Number.NaN) - killedAtMs;
    await chain.startMail();
    for (const status of [421, 451, 550]) {
      chain.sink().answer(status);
      await awaitRefusals(`answered with ${status}`);
    }
    expect(chain.sink().mails()).toEqual([]);
    const takenAtMs = Date.now();
    chain.sink().answer(null);
    await waitUntil("the mail about the outage", stepMostMs, () => subjects(chain).length > 0);
    console.log(`mail server away: desk told of MailFailing after ${seconds(toldMs)}; back: mail after ${seconds(Date.now() - takenAtMs)}`);
    await expectOneMailEach(chain);
  },
  testTimeoutMs,
);

test.concurrent(
  "a killed Alertmanager comes back with its silences and does not mail again what it has mailed",
  async () => {
    await using chain = await startSignalChain(fastTime);
    const { alertmanager } = chain.addresses;
    const labels = { alertname: "PrometheusRuleFailing", severity: "page", service: "monitoring" };
    const { json: silence } = await send(`${alertmanager}/api/v2/silences`, "POST", {
      body: {
        matchers: [{ name: "alertname", value: labels.alertname, isRegex: false }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 600_000).toISOString(),
        createdBy: "test",
        comment: "known",
      },
    });
    await killService(chain);
    const saved = (name: string): string => {
      const file = join(chain.monitoringFolder, "alertmanager-data", name);
      return existsSync(file) ? readFileSync(file, "latin1") : ""; // there after the first save
    };
    const savedMs = await waitUntil(
      "silence and sent mail are saved",
      savedMostMs,
      () => saved("silences").includes(silence.silenceID) && saved("nflog").includes("pages"),
    );
    await chain.stack.alertmanager.kill();
    await chain.stack.alertmanager.start();
    await send(`${alertmanager}/api/v2/alerts`, "POST", { body: [{ labels }] });
    const stateOf = async (name: string): Promise<{ state: string; silencedBy: string[] } | undefined> => {
      const { json } = await send(`${alertmanager}/api/v2/alerts?filter=${encodeURIComponent(`alertname="${name}"`)}`, "GET");
      return json[0]?.status;
    };
    await waitUntil("Prometheus tells the new Alertmanager", stepMostMs, async () => (await stateOf("LinkServiceDown"))?.state === "active");
    expect(await stateOf(labels.alertname)).toMatchObject({ state: "suppressed", silencedBy: [silence.silenceID] });
    console.log(`Alertmanager killed ${seconds(savedMs)} after a mail: silence there, no second mail`);
    await expectOneMailEach(chain);
    expect(chain.pages("cannot evaluate its rules")).toEqual([]);
  },
  testTimeoutMs,
);

test.concurrent(
  "a Prometheus that is killed while an alert fires goes on with it, and nobody is mailed again",
  async () => {
    await using chain = await startSignalChain(fastTime);
    await killService(chain);
    await chain.stack.prometheus.kill();
    const killedAtMs = Date.now();
    await chain.stack.prometheus.start();
    const firedAtS = 'timestamp(ALERTS{alertname="LinkServiceDown",alertstate="firing"})';
    await waitUntil("the new Prometheus fires the alert", stepMostMs, async () => ((await chain.query(firedAtS)) ?? 0) * 1_000 > killedAtMs);
    console.log(`Prometheus killed: firing again after ${seconds(Date.now() - killedAtMs)}, no second mail`);
    await expectOneMailEach(chain);
  },
  testTimeoutMs,
);

test.concurrent(
  "the heartbeat arrives at each turn, and 2 000 alerts at once are one small mail and one webhook that says what it left out",
  async () => {
    await using chain = await startSignalChain(fastTime);
    const beats = () => chain.desk.at("/heartbeats/watchdog");
    const before = beats().length;
    await waitUntil("six more heartbeats", stepMostMs, () => beats().length >= before + 6);
    const times = beats()
      .slice(before)
      .map(({ receivedAtMs }) => receivedAtMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] as number));
    console.log(`heartbeats every ${gaps.map(seconds).join(", ")}`);
    expect(Math.max(...gaps)).toBeLessThan(3_000);
    expect(beats().every(({ alerts }) => alerts.every(({ labels }) => labels["alertname"] === "Watchdog"))).toBe(true);

    const alerts = Array.from({ length: 2_000 }, (_, index) => ({
      labels: {
        alertname: "ApiErrorBudgetBurn",
        severity: "page",
        service: "link-service",
        slo: "api-availability",
        instance: `10.0.${index >> 8}.${index & 255}`,
      },
      annotations: { summary: "The API answers: <b>not</b> here", impact: "Creating links fails." },
    }));
    const postedAtMs = Date.now();
    await send(`${chain.addresses.alertmanager}/api/v2/alerts`, "POST", { body: alerts });
    const mails = () => chain.pages("The API answers");
    await waitUntil("the mail", stepMostMs, () => mails().length > 0);
    await holdsThroughout("one mail", quietMs, () => mails().length === 1);
    const [mail] = mails();
    console.log(`2 000 alerts: one mail of ${mail?.raw.length} bytes after ${seconds((mail?.receivedAtMs ?? Number.NaN) - postedAtMs)}`);
    expect(mail?.subject).toBe("[FIRING:2000] The API answers: <b>not</b> here and 1999 more");
    expect(mail?.raw.length).toBeLessThan(65_536);
    expect(mail?.text).toContain("… and 1980 more.");
    expect(mail?.html).toContain("The API answers: &lt;b&gt;not&lt;/b&gt; here");
    const hooks = hooksAbout(chain, "ApiErrorBudgetBurn");
    expect(hooks.map(({ alerts: told, truncatedAlerts }) => [told.length, truncatedAlerts])).toEqual([[100, 1_900]]);
  },
  testTimeoutMs,
);
