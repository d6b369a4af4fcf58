import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { type MailSink, startMailSink } from "../../scripts/observe/mail-sink.ts";
import type { IncidentView } from "../../src/desk/views.ts";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import type { Answer } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { alertOf, messageOf } from "./alertmanager-messages.ts";

/** Real programs on a machine that may be busy, in milliseconds. */
setDefaultTimeout(60_000);

const patientMs = 30_000;
const quietMs = 3_000;
/** What a storm may take, in milliseconds; it takes a quarter of a second on a quiet machine. */
const stormMostMs = 2_000;
const stormSize = 2_000;

const folder = temporaryFolder();
let sink: MailSink;
let desk: RunningService;
/** A server that says it is Alertmanager; what it was asked. */
const asked: string[] = [];
const rest = Array.from({ length: 50 }, (_, index) => alertOf({ number: 5_000 + index, labels: { service: "cut" } }));
const alertmanager = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) => {
    const { pathname, search } = new URL(url);
    if (pathname === "/api/v2/alerts") asked.push(search);
    return pathname === "/metrics" ? new Response("up_since 1\n", { headers: { "Content-Type": "text/plain" } }) : Response.json(rest);
  },
});

beforeAll(async () => {
  sink = await startMailSink({ port: 0, keepMost: 50, nowMs: Date.now });
  const settings = {
    WATCH_SPEED: "60",
    LOG_LEVEL: "error",
    WATCH_TARGETS: `alertmanager+http://127.0.0.1:${alertmanager.port}`,
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    MAIL_TO: "oncall@example.org",
  };
  desk = await startRunningService({ folder: folder.path, command: "watch", settings });
}, 60_000);

afterAll(async () => {
  await desk.stop();
  await sink.stop();
  await alertmanager.stop(true);
  folder[Symbol.dispose]();
}, 60_000);

const tell = (message: unknown): Promise<Answer> => desk.send("POST", "/webhooks/alertmanager", { body: message });
const incidentsOf = async (service: string): Promise<Incident[]> =>
  ((await desk.send("GET", "/api/incidents?limit=200")).json.incidents as Incident[]).filter((incident) => incident.service === service);
const viewOf = async (id: number): Promise<IncidentView> => (await desk.send("GET", `/api/incidents/${id}`)).json as IncidentView;
const reasons = (id: number): (string | undefined)[] =>
  sink
    .mails()
    .filter(({ headers }) => headers["x-srenity-incident"] === `INC-${id}`)
    .map(({ headers }) => headers["x-srenity-reason"]);

describe("a storm of alerts", () => {
  test("is taken in time, is one incident and one mail, told again it changes nothing, and its end is one mail", async () => {
    const storm = (status: "firing" | "resolved") => {
      const startsAtMs = Date.parse("2026-01-01T00:00:00Z");
      return messageOf(Array.from({ length: stormSize }, (_, index) => alertOf({ number: index + 1, status, startsAtMs, labels: { service: "storm" } })));
    };
    const firing = await tell(storm("firing"));
    expect(firing).toMatchObject({ status: 200, json: { alerts: stormSize, missing: 0 } });
    expect(firing.tookMs).toBeLessThan(stormMostMs);
    const [{ id, version }] = (await incidentsOf("storm")) as [Incident];
    expect((await viewOf(id)).alerts).toHaveLength(stormSize);
    expect((await tell(storm("firing"))).status).toBe(200);
    expect(await incidentsOf("storm")).toMatchObject([{ id, version, state: "open" }]);
    await waitUntil("the mail is there", patientMs, () => reasons(id).length > 0);
    const resolved = await tell(storm("resolved"));
    expect(resolved.tookMs).toBeLessThan(2 * stormMostMs); // it mails too
    expect(await incidentsOf("storm")).toMatchObject([{ id, state: "resolved" }]);
    await waitUntil("the end is mailed", patientMs, () => reasons(id).length > 1);
    await holdsThroughout("two mails", quietMs, () => reasons(id).length === 2);
    expect(reasons(id)).toEqual(["first", "recovery"]);
    console.log(`${stormSize} alerts taken in ${Math.round(firing.tookMs)} ms, their end in ${Math.round(resolved.tookMs)} ms`);
  });
});

describe("news that come twice, late and out of order", () => {
  const labels = { service: "disorder" };
  const startsAtMs = Date.now() - 120_000;

  test("open no incident for what has ended before it was heard of", async () => {
    await tell(messageOf([alertOf({ status: "resolved", labels, startsAtMs })]));
    await tell(messageOf([alertOf({ labels, startsAtMs })]));
    expect(await incidentsOf("disorder")).toEqual([]);
  });

  test("open one for the next time it fires, which late news of the first time do not end", async () => {
    await tell(messageOf([alertOf({ labels, startsAtMs: startsAtMs + 60_000 })]));
    expect(await incidentsOf("disorder")).toMatchObject([{ state: "open" }]);
    await tell(messageOf([alertOf({ status: "resolved", labels, startsAtMs })]));
    expect(await incidentsOf("disorder")).toMatchObject([{ state: "open" }]);
    await tell(messageOf([alertOf({ status: "resolved", labels, startsAtMs: startsAtMs + 60_000 })]));
    expect(await incidentsOf("disorder")).toMatchObject([{ state: "resolved" }]);
  });
});

describe("alerts that a message leaves out", () => {
  const cutAtMs = Date.now() - 60_000;
  const cut = (externalURL: string) =>
    messageOf([alertOf({ number: 4_999, startsAtMs: cutAtMs, labels: { service: "cut" } })], {
      truncatedAlerts: rest.length,
      externalURL,
      groupLabels: { service: 'c"ut' },
    });

  test("are not fetched from an address that the settings do not name", async () => {
    expect((await tell(cut("http://127.0.0.1:1/"))).json).toEqual({ alerts: 1, missing: rest.length });
    expect((await tell(cut("nonsense"))).json).toMatchObject({ missing: rest.length });
    expect(asked).toEqual([]);
  });

  test("are fetched from the Alertmanager of the settings, narrowed to their group", async () => {
    expect((await tell(cut(`http://127.0.0.1:${alertmanager.port}/`))).json).toEqual({ alerts: rest.length + 1, missing: 0 });
    expect(new URLSearchParams(asked[0]).get("filter")).toBe(String.raw`service="c\"ut"`);
    const [{ id }] = (await incidentsOf("cut")) as [Incident];
    expect((await viewOf(id)).alerts).toHaveLength(rest.length + 1);
  });
});

describe("what cannot be taken", () => {
  test("is refused by size, version and form, and says where it is wrong", async () => {
    expect((await tell(messageOf([], { version: "3" }))).json).toMatchObject({ status: 422, code: "field_invalid", errors: [{ field: "version" }] });
    expect((await tell(messageOf([{ ...alertOf({}), fingerprint: "../etc" }]))).json).toMatchObject({ errors: [{ field: "alerts.0.fingerprint" }] });
    expect((await tell(messageOf([{ ...alertOf({}), startsAt: "yesterday" }]))).status).toBe(422);
    expect((await tell("{")).json).toMatchObject({ status: 400, code: "body_malformed" });
    expect((await tell(messageOf([], { groupKey: "x".repeat(6_000_000) }))).json).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test("is asked for again while the database is locked, and then is taken once", async () => {
    const message = messageOf([alertOf({ number: 9_000, labels: { service: "locked" } })]);
    using holder = new Database(join(folder.path, "desk", "desk.db"));
    holder.run("BEGIN IMMEDIATE");
    const refused = await tell(message);
    expect(refused).toMatchObject({ status: 503, json: { code: "store_busy" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await desk.send("GET", "/ready")).status).toBe(503);
    holder.run("ROLLBACK");
    expect((await tell(message)).status).toBe(200);
    expect(await incidentsOf("locked")).toMatchObject([{ state: "open" }]);
  });

  test("as it is hostile is shown as harmless text, in its place and of its length", async () => {
    const evil = `<img src=x onerror=alert(1)>\u202e\u0000${"y".repeat(3_000)}`;
    await tell(
      messageOf([
        alertOf({ number: 9_100, labels: { service: "hostile", instance: evil }, annotations: { summary: evil, runbook_url: "javascript:alert(1)" } }),
      ]),
    );
    const [incident] = (await incidentsOf("hostile")) as [Incident];
    expect(incident.title.length).toBeLessThan(300);
    expect(["\u0000", "\u202e"].filter((harmful) => incident.title.includes(harmful))).toEqual([]);
    await waitUntil("the mail is there", patientMs, () => reasons(incident.id).length > 0);
    const mail = sink.mails().find(({ headers }) => headers["x-srenity-incident"] === `INC-${incident.id}`);
    expect(mail?.html).not.toContain("<img");
    expect(mail?.html).not.toContain("javascript:");
  });

  test("without a severity that we know is a ticket, and a heartbeat is no incident", async () => {
    await tell(messageOf([alertOf({ number: 9_200, labels: { service: "mild", severity: "whatever" } })]));
    expect(await incidentsOf("mild")).toMatchObject([{ severity: "ticket" }]);
    await tell(messageOf([alertOf({ number: 9_201, labels: { service: "beat", severity: "heartbeat" } })]));
    expect(await incidentsOf("beat")).toEqual([]);
  });
});
