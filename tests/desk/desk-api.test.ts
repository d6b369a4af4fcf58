import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import type { Answer } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { readEvents } from "./read-events.ts";
import { startExposingServer } from "./watch-parts.ts";

/** Real programs on a machine that may be busy, in milliseconds. */
setDefaultTimeout(60_000);

const patientMs = 30_000;
const fast = { WATCH_SPEED: "60", LOG_LEVEL: "error" };

const folder = temporaryFolder();
const state = { isTargetUp: true };
const target = startExposingServer(
  () => (state.isTargetUp ? "process_start_time_seconds 1\n" : new Response("", { status: 503 })),
  () => new Response("", { status: state.isTargetUp ? 200 : 503 }),
);
let desk: RunningService;

beforeAll(async () => {
  desk = await startRunningService({ folder: folder.path, command: "watch", settings: { ...fast, WATCH_TARGETS: target.address } });
}, 60_000);

afterAll(async () => {
  await desk.stop();
  target[Symbol.dispose]();
  folder[Symbol.dispose]();
}, 60_000);

const get = (path: string): Promise<Answer> => desk.send("GET", path);
const post = (path: string, body: unknown = {}): Promise<Answer> => desk.send("POST", path, { body });
const declare = async (title: string): Promise<Incident> =>
  (await post("/api/incidents", { title, severity: "ticket", service: `service of ${title}` })).json as Incident;

describe("reading", () => {
  test("every answer of the API is JSON of its name, and no path of it is missing", async () => {
    const { id } = await declare("to be read");
    const members: Record<string, string[]> = {
      "/api/now": ["nowMs", "verdict", "objectives", "incidents", "alerts", "targets", "mail", "silences", "version"],
      "/api/series?name=signal:up:count": ["timesMs", "stepMs", "series", "marks"],
      "/api/incidents?state=open,acknowledged&limit=5": ["incidents"],
      [`/api/incidents/${id}`]: ["incident", "alerts", "timeline", "evidence", "impact", "runbooks", "similar"],
      [`/api/incidents/${id}/postmortem`]: ["incidentId", "text", "isDraft", "version", "actions", "savedAtMs", "savedBy"],
      "/api/actions?open=true": ["actions"],
      "/api/reports": ["months"],
      "/api/alerts": ["alerts"],
      "/api/alerts/history?limit=5": ["events"],
      "/api/silences": ["silences"],
      "/api/maintenance": ["windows"],
      "/api/logs?level=warn&limit=5": ["lines"],
      "/api/objectives": ["objectives"],
      "/api/runbooks": ["runbooks"],
      "/api/runbooks/StoreErrors": ["name", "text"],
      "/api/targets": ["targets"],
      "/api/channels": ["channels"],
      "/api/drills": ["scenarios", "drills", "isAllowed", "reason"],
      "/api/settings": ["settings", "version", "open"],
      "/api/session": ["author", "isOpen"],
      "/health": ["status", "version"],
    };
    for (const [path, names] of Object.entries(members)) {
      const { status, json } = await get(path);
      expect({ path, status, names: Object.keys((json ?? {}) as object).toSorted() }).toEqual({ path, status: 200, names: names.toSorted() });
    }
    await waitUntil("the desk is ready", patientMs, async () => (await get("/ready")).status === 200);
    expect((await get("/prom_metrics")).text).toContain("srenity_desk_targets_up 1");
  });

  test("every rule is listed with its runbook; those about programs that are not watched say so", async () => {
    const { alerts } = (await get("/api/alerts")).json as { alerts: { name: string; severity: string; value: string | null; runbook: string }[] };
    const { runbooks } = (await get("/api/runbooks")).json as { runbooks: { name: string }[] };
    const names = new Set(runbooks.map(({ name }) => name));
    expect(alerts.filter(({ runbook }) => !names.has(runbook))).toEqual([]);
    expect(alerts.filter(({ value }) => value === "not watched").map(({ name }) => name)).toContain("AlertmanagerDown");
    expect(new Set(alerts.map(({ name }) => name)).size).toBeGreaterThan(20);
  });

  test("what is unknown, unreadable or not allowed is a problem with its code", async () => {
    const cases: [method: string, path: string, status: number, code: string, body?: unknown][] = [
      ["GET", "/api/incidents/99999", 404, "incident_not_found"],
      ["GET", "/api/incidents/abc", 404, "incident_not_found"],
      ["GET", "/api/nothing", 404, "route_not_found"],
      ["GET", "/api/runbooks/Nothing", 404, "entry_not_found"],
      ["GET", "/api/series?name=a%20b", 400, "query_invalid"],
      ["GET", "/api/series?name=up&from=5&to=4", 400, "query_invalid"],
      ["GET", "/api/incidents?state=gone", 400, "query_invalid"],
      ["DELETE", "/api/now", 405, "method_not_allowed"],
      ["DELETE", "/api/silences/99999", 404, "entry_not_found"],
      ["POST", "/api/incidents", 400, "field_missing", {}],
      ["POST", "/api/incidents", 422, "field_invalid", { title: "t", severity: "loud", service: "s" }],
      ["POST", "/api/silences", 422, "field_invalid", { matchers: {}, minutes: 5 }],
      ["POST", "/api/maintenance", 422, "field_invalid", { fromMs: 2, toMs: 1 }],
      ["POST", "/api/channels/nothing/test", 404, "entry_not_found", {}],
      ["POST", "/api/drills", 403, "forbidden", { scenario: "kill" }],
      ["POST", "/deploys", 400, "field_missing", {}],
    ];
    for (const [method, path, status, code, body] of cases) {
      const answer = await desk.send(method, path, body === undefined ? {} : { body });
      expect({ path, status: answer.status, code: answer.json?.code, type: answer.headers.get("content-type") }).toEqual({
        path,
        status,
        code,
        type: "application/problem+json",
      });
    }
  });
});

describe("incidents", () => {
  test("two people who acknowledge at once cannot both win, and the other is told who has it", async () => {
    const { id } = await declare("for two");
    const answers = await Promise.all([post(`/api/incidents/${id}/acknowledge`), post(`/api/incidents/${id}/acknowledge`)]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.json).toMatchObject({ code: "incident_changed", incident: { id, state: "acknowledged", acknowledgedBy: "operator" } });
  });

  test("go through every state, keep every word, and are reviewed with actions", async () => {
    const { id } = await declare("a whole life");
    for (const [step, body] of [
      ["acknowledge", {}],
      ["notes", { text: "looking at the log" }],
      ["runbook-steps", { runbook: "StoreErrors", text: "freed space" }],
      ["severity", { severity: "page" }],
      ["mitigate", {}],
      ["resolve", {}],
      ["review", {}],
    ] as const)
      expect({ step, status: (await post(`/api/incidents/${id}/${step}`, body)).status }).toEqual({ step, status: 200 });
    const { timeline } = (await get(`/api/incidents/${id}`)).json as { timeline: { kind: string; author: string | null }[] };
    const byPeople = timeline.filter(({ author }) => author !== null).map(({ kind }) => kind);
    expect(byPeople).toEqual(["opened", "acknowledged", "note", "runbook_step", "severity_changed", "mitigated", "resolved", "reviewed"]);

    const draft = await get(`/api/incidents/${id}/postmortem`);
    expect(draft.json).toMatchObject({ isDraft: true, version: 0 });
    const save = (version: number, text: string) => desk.send("PUT", `/api/incidents/${id}/postmortem`, { body: { text, version } });
    expect((await save(0, "# first")).json).toMatchObject({ isDraft: false, version: 1, savedBy: "operator" });
    expect((await save(0, "# second")).json).toMatchObject({ status: 409, code: "postmortem_changed" });
    expect((await get(`/api/incidents/${id}/postmortem.md`)).text).toBe("# first");

    const action = await post(`/api/incidents/${id}/actions`, { text: "alert on free space", owner: "ann" });
    expect(action).toMatchObject({ status: 201, json: { incidentId: id, owner: "ann", doneAtMs: null } });
    const done = await desk.send("PATCH", `/api/actions/${action.json.id}`, { body: { is_done: true } });
    expect(done.json.doneAtMs).toBeGreaterThan(0);
    expect((await get("/api/actions?open=true")).json.actions).toEqual([]);
  });

  test("are merged into another, whose story says so", async () => {
    const [one, other] = [await declare("one"), await declare("other")];
    expect((await post(`/api/incidents/${one.id}/merge`, { into: other.id })).status).toBe(200);
    expect((await get(`/api/incidents/${one.id}`)).json.incident).toMatchObject({ mergedInto: other.id, state: "resolved" });
  });
});

describe("a silence and maintenance", () => {
  test("keep an alert from opening anything until they are gone, and a deploy meanwhile is part of the story", async () => {
    const silence = await post("/api/silences", { matchers: { alertname: "LinkServiceDown" }, minutes: 60, comment: "moving house" });
    expect(silence.status).toBe(201);
    state.isTargetUp = false;
    const down = async () =>
      ((await get("/api/now")).json.alerts as { name: string; state: string; isSilenced: boolean }[]).find(({ name }) => name === "LinkServiceDown");
    await waitUntil("the alert fires silently", patientMs, async () => (await down())?.state === "firing");
    expect(await down()).toMatchObject({ isSilenced: true });
    const pages = async () => ((await get("/api/incidents")).json.incidents as Incident[]).filter(({ title }) => title === "The link service does not answer");
    expect(await pages()).toEqual([]);
    expect((await desk.send("DELETE", `/api/silences/${silence.json.id}`)).status).toBe(204);
    await waitUntil("the incident opens", patientMs, async () => (await pages()).length === 1);

    expect((await post("/deploys", { version: "1.2.3" })).status).toBe(201);
    const [page] = (await pages()) as [Incident];
    const { timeline } = (await get(`/api/incidents/${page.id}`)).json as { timeline: { kind: string; text: string }[] };
    expect(timeline.filter(({ kind }) => kind === "deploy").map(({ text }) => text)).toEqual(["link-service 1.2.3 was deployed by operator"]);
    state.isTargetUp = true;
    await waitUntil("it is resolved", patientMs, async () => (await pages())[0]?.state === "resolved");
    const { marks } = (await get("/api/series?name=signal:up:count")).json as { marks: { kind: string; incidentId: number | null }[] };
    expect(marks).toContainEqual(expect.objectContaining({ kind: "deploy" }));
    expect(marks).toContainEqual(expect.objectContaining({ kind: "incident", incidentId: page.id }));
  });
});

test("a job whose heartbeat stops is an incident, and its next beat ends it", async () => {
  const beat = () => desk.send("POST", "/heartbeats/backup?every=1");
  expect((await beat()).json).toMatchObject({ job: "backup", everyMs: 1_000 });
  const own = async () => ((await get("/api/incidents")).json.incidents as Incident[]).find(({ service }) => service === "backup");
  await waitUntil("the heartbeat is missing", patientMs, async () => (await own()) !== undefined);
  expect(await own()).toMatchObject({ title: "Heartbeat missing: backup no longer reports", severity: "ticket", state: "open" });
  await beat();
  await waitUntil("it is over", patientMs, async () => (await own())?.state === "resolved");
  await desk.send("POST", "/heartbeats/backup?every=2678400");
});

test("the stream tells how things stand at once and at every tick, and of every change of an incident", async () => {
  using stream = await readEvents(`${desk.address}/api/stream`);
  await waitUntil("three states", patientMs, () => stream.events.filter(({ event }) => event === "now").length >= 3);
  const { id } = await declare("live");
  await waitUntil("the news", patientMs, () => stream.events.some(({ event, content }) => event === "incident" && (content as { id: number }).id === id));
});

describe("the status page", () => {
  test("shows what people published and nothing else, cacheable, as a page, JSON, feed and badge", async () => {
    const { id } = await declare("an internal title");
    await post(`/api/incidents/${id}/updates`, { phase: "investigating", text: "We look <into> it & tell more." });
    await post(`/api/incidents/${id}/notes`, { text: "an internal note" });
    await waitUntil("the update is public", patientMs, async () => (await get("/status")).text.includes("We look &lt;into&gt; it"));
    const [page, json, feed, badge] = await Promise.all(["/status", "/status.json", "/status.rss", "/status/badge.svg"].map(get));
    for (const text of [page?.text, json?.text, feed?.text]) {
      expect(text).not.toContain("internal");
      expect(text).not.toContain(target.address.slice("http://".length));
    }
    expect(page?.text).not.toContain("<script");
    expect(page?.text.match(/<rect /g)).toHaveLength(2 * 90);
    expect(json?.json).toMatchObject({ state: "disrupted", open: [{ id, phase: "investigating" }] });
    expect(feed?.text).toContain("We look &#60;into&#62; it &#38; tell more.");
    expect(badge?.text).toContain("disrupted");
    const tag = page?.headers.get("etag") ?? "";
    expect(page?.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    expect((await desk.send("GET", "/status", { headers: { "If-None-Match": tag } })).status).toBe(304);
    await post(`/api/incidents/${id}/resolve`);
    await post(`/api/incidents/${id}/updates`, { phase: "resolved", text: "It is over." });
  });
});

test("every answer forbids sniffing and framing, and names what it may load", async () => {
  for (const path of ["/api/now", "/status", "/health", "/nothing", "/acknowledge/x"]) {
    const { headers } = await get(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  }
});

test("SIGTERM ends a desk that someone looks at within seconds, with status 0", async () => {
  using other = temporaryFolder();
  await using own = await startRunningService({ folder: other.path, command: "watch", settings: { ...fast, WATCH_TARGETS: target.address } });
  using stream = await readEvents(`${own.address}/api/stream`);
  await waitUntil("the stream is open", patientMs, () => stream.events.length > 0);
  const startedMs = performance.now();
  expect(await own.stop()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(8_000);
});
