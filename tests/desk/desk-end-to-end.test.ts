import { expect, test } from "bun:test";
import { type MailSink, startMailSink } from "../../scripts/observe/mail-sink.ts";
import type { IncidentView, PostmortemView } from "../../src/desk/views.ts";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { send } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startExposingServer } from "./watch-parts.ts";
import { startWatchedService } from "./watched-service.ts";

/** A drill's time runs 60 times as fast; a busy machine gets several times what it takes, in milliseconds. */
const fast = { WATCH_SPEED: "60", LOG_LEVEL: "info" };
const patientMs = 30_000;
/** How long nothing may happen where nothing should: many evaluations, in milliseconds. */
const quietMs = 5_000;
const testTimeoutMs = 150_000;

const oncall = "oncall@example.org";
const mailSettings = (port: number): Record<string, string> => ({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_TO: oncall, MAIL_FROM: "desk@example.org" });

const listIncidents = async (desk: RunningService): Promise<Incident[]> => (await desk.send("GET", "/api/incidents")).json.incidents as Incident[];
const listPages = async (desk: RunningService): Promise<Incident[]> => (await listIncidents(desk)).filter(({ severity }) => severity === "page");
const readIncident = async (desk: RunningService, id: number): Promise<IncidentView> => (await desk.send("GET", `/api/incidents/${id}`)).json as IncidentView;
/** Why mails were sent about an incident, in order. */
const reasonsOf = (sink: MailSink, id: number): string[] =>
  sink
    .mails()
    .filter(({ headers }) => headers["x-srenity-incident"] === `INC-${id}`)
    .map(({ headers }) => headers["x-srenity-reason"] ?? "");

/** Waits until the desk has measured people who follow links. */
const untilTraffic = (desk: RunningService): Promise<number> =>
  waitUntil("traffic is measured", patientMs, async () => {
    const { json } = await desk.send("GET", "/api/series?name=slo:requests:rate1m&where=slo:redirect-availability");
    return json.series.some(({ values }: { values: (number | null)[] }) => values.some((value) => (value ?? 0) > 1));
  });

/** Follows the link of a mail as a mail scanner does, and then as the person does. */
async function acknowledgeFromMail(desk: RunningService, text: string, id: number): Promise<void> {
  const link = new RegExp(`${desk.address}/acknowledge/[\\w.-]+`).exec(text)?.[0] ?? "";
  const page = await send(link, "GET");
  expect({ status: page.status, hasButton: page.text.includes('<form method="post">') }).toEqual({ status: 200, hasButton: true });
  expect((await readIncident(desk, id)).incident.state).toBe("open");
  expect((await send(link, "POST")).text).toContain(`You have INC-${id}`);
  expect((await readIncident(desk, id)).incident).toMatchObject({ state: "acknowledged", acknowledgedBy: oncall });
  expect((await send(link, "POST")).status).toBe(410);
}

/** The draft has the times of the incident, who had it, and what it cost. */
async function expectDraft(desk: RunningService, id: number, parts: readonly string[]): Promise<void> {
  const { incident } = await readIncident(desk, id);
  const { text, isDraft } = (await desk.send("GET", `/api/incidents/${id}/postmortem`)).json as PostmortemView;
  const utc = (atMs: number | null): string => new Date(atMs ?? 0).toISOString().slice(0, 19).replace("T", " ");
  const times = [
    `| impact began | ${utc(incident.impactStartedAtMs)} |`,
    `| detected (incident opened) | ${utc(incident.openedAtMs)} |`,
    `| acknowledged | ${utc(incident.acknowledgedAtMs)} |`,
    `| resolved | ${utc(incident.resolvedAtMs)} |`,
  ];
  expect(isDraft).toBe(true);
  for (const part of [...times, `Acknowledged by ${oncall}`, "<svg", ...parts]) expect(text).toContain(part);
  expect(text).toMatch(/Failed or slow requests: [1-9]/);
}

test(
  "kill -9 of the link service opens one incident with evidence, mails once, is acknowledged from the mail, and its return is mailed once and drafted right",
  async () => {
    using folder = temporaryFolder();
    await using sink = await startSink();
    await using service = await startWatchedService(folder.path);
    const settings = { ...fast, ...mailSettings(sink.port), PORT: String(service.port), WATCH_LOGS: service.logFile };
    await using desk = await startRunningService({ folder: folder.path, command: "watch", settings });
    await untilTraffic(desk);

    const killedAtMs = await service.kill();
    const openedMs = await waitUntil("the incident is open", patientMs, async () => (await listPages(desk)).length > 0);
    const [incident] = (await listPages(desk)) as [Incident];
    const { id } = incident;
    expect(incident).toMatchObject({ state: "open", service: "link-service", isDrill: false });
    expect(Math.abs(incident.impactStartedAtMs - killedAtMs)).toBeLessThan(5_000);
    const { evidence, alerts } = await readIncident(desk, id);
    expect(evidence.map(({ kind }) => kind).toSorted()).toEqual(["changes", "failing_routes", "log_errors", "signals", "similar"]);
    expect(JSON.stringify(evidence.find(({ kind }) => kind === "signals")?.content)).toContain("signal:traffic:per_second");
    expect(alerts.map(({ name }) => name)).toContain("LinkServiceDown");

    await waitUntil("the mail is there", patientMs, () => sink.mails().length > 0);
    const [first] = sink.mails();
    expect(first).toMatchObject({ to: [oncall], from: "desk@example.org" });
    expect(first?.subject).toContain(incident.title);
    await acknowledgeFromMail(desk, first?.text ?? "", id);

    await service.start();
    const resolvedMs = await waitUntil("the incident is resolved", patientMs, async () => (await readIncident(desk, id)).incident.state === "resolved");
    await waitUntil("the recovery is mailed", patientMs, () => reasonsOf(sink, id).length > 1);
    await holdsThroughout("it stays resolved", quietMs, async () => (await readIncident(desk, id)).incident.state === "resolved");
    expect(reasonsOf(sink, id)).toEqual(["first", "recovery"]);
    await expectDraft(desk, id, ["No short link redirects and none can be made.", `127.0.0.1:${service.port} was restarted`]);
    const mailedMs = (first?.receivedAtMs ?? 0) - killedAtMs;
    console.log(`killed → open ${Math.round(openedMs)} ms, mailed ${mailedMs} ms; answering again → resolved ${Math.round(resolvedMs)} ms`);
  },
  testTimeoutMs,
);

test(
  "a desk that is killed between opening and mailing, and again while the outage lasts, mails the beginning once and the end once",
  async () => {
    using folder = temporaryFolder();
    await using sink = await startSink();
    await using service = await startWatchedService(folder.path);
    const settings = { ...fast, ...mailSettings(sink.port), PORT: String(service.port) };
    const start = (): Promise<RunningService> => startRunningService({ folder: folder.path, command: "watch", settings });
    let desk = await start();
    await waitUntil("the target is up", patientMs, async () => (await desk.send("GET", "/api/targets")).json.targets[0].isUp);
    await service.kill();
    await waitUntil("the incident is open", patientMs, async () => (await listPages(desk)).length > 0);
    await desk.kill();
    expect(sink.mails()).toEqual([]);

    desk = await start();
    const [{ id, openedAtMs }] = (await listPages(desk)) as [Incident];
    // Between the mail server's answer and the note of it a killed desk could only guess; what it sends again has the same Message-ID.
    const isNoted = async (): Promise<boolean> => (await readIncident(desk, id)).timeline.some(({ kind }) => kind === "notified");
    await waitUntil("the mail is sent, and noted", patientMs, isNoted);
    await desk.kill();
    desk = await start();
    await holdsThroughout("one incident", quietMs, async () => (await listPages(desk)).length === 1);
    expect(reasonsOf(sink, id)).toEqual(["first"]);
    expect(await listPages(desk)).toMatchObject([{ id, openedAtMs, state: "open" }]);

    await service.start();
    await waitUntil("the recovery is mailed", patientMs, () => reasonsOf(sink, id).length > 1);
    expect(reasonsOf(sink, id)).toEqual(["first", "recovery"]);
    expect(await desk.stop()).toBe(0);
  },
  testTimeoutMs,
);

test(
  "a target that misses one scrape and one probe opens no incident and mails nobody",
  async () => {
    using folder = temporaryFolder();
    await using sink = await startSink();
    const failures = { left: 0 };
    const answer = (text: string): Response => {
      if (failures.left <= 0) return new Response(text, { headers: { "Content-Type": "text/plain" } });
      failures.left--;
      return new Response("busy", { status: 503 });
    };
    using target = startExposingServer(
      () => answer("process_start_time_seconds 1\n"),
      () => new Response("ok"),
    );
    const settings = { ...fast, ...mailSettings(sink.port), WATCH_TARGETS: target.address };
    await using desk = await startRunningService({ folder: folder.path, command: "watch", settings });
    await waitUntil("the target is up", patientMs, async () => (await desk.send("GET", "/api/targets")).json.targets[0].isUp);
    failures.left = 1;
    await waitUntil("the blip was noticed", patientMs, async () => {
      const { json } = await desk.send("GET", "/api/alerts/history");
      return json.events.some(({ name, state }: { name: string; state: string }) => name === "LinkServiceDown" && state === "dropped");
    });
    await holdsThroughout("no incident and no mail", quietMs, async () => (await listIncidents(desk)).length === 0 && sink.mails().length === 0);
  },
  testTimeoutMs,
);

async function startSink(): Promise<MailSink & AsyncDisposable> {
  const sink = await startMailSink({ port: 0, keepMost: 50, nowMs: Date.now });
  return { ...sink, [Symbol.asyncDispose]: () => sink.stop() };
}
