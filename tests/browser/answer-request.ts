import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PostmortemView } from "../../src/desk/views.ts";
import { draftPostmortem } from "../../src/desk/postmortem/draft-postmortem.ts";
import type { Incident, TimelineKind } from "../../src/storage/desk/incident-store.ts";
import { alertAnswers, channelAnswers, drillAnswers, drillScenarios, logLine, monthAnswers, objectiveAnswers, targetAnswers } from "./desk-answers.ts";
import { deskAlerts, deskEvidence, deskIncidentView } from "./desk-incidents.ts";
import { deskSeries } from "./desk-series.ts";
import { append, changeIncident, findIncident, nowOf, type StandInState } from "./stand-in-state.ts";

const runbookFolder = join(import.meta.dir, "..", "..", "ops", "runbooks");
const minuteMs = 60_000;

export function problem(status: number, code: string, detail: string, more: Record<string, unknown> = {}): Response {
  return Response.json({ status, code, title: detail, detail, error: detail, ...more }, { status, headers: { "Content-Type": "application/problem+json" } });
}

interface Asked {
  readonly request: Request;
  readonly pathname: string;
  readonly query: URLSearchParams;
  send(text: string): void;
}

/** The answer of the stand-in to a request of the API. */
export async function answerRequest(state: StandInState, asked: Asked): Promise<Response> {
  const { request, pathname } = asked;
  const body = request.method === "GET" ? {} : ((await request.json().catch(() => ({}))) as Record<string, unknown>);
  const incident = /^\/api\/incidents\/(\d+)(?:\/([\w.-]+))?$/.exec(pathname);
  if (incident !== null) return incidentAnswer(state, asked, { id: Number(incident[1]), part: incident[2] ?? "", body });
  return request.method === "GET" ? listAnswer(state, asked) : changeAnswer(state, asked, body);
}

function listAnswer(state: StandInState, { pathname, query }: Asked): Response {
  const nowMs = Date.now();
  const list = <T>(items: readonly T[]): readonly T[] => (state.isEmpty ? [] : items);
  const runbook = /^\/api\/runbooks\/(\w+)$/.exec(pathname)?.[1];
  if (runbook !== undefined) return Response.json({ name: runbook, text: readFileSync(join(runbookFolder, `${runbook}.md`), "utf8") });
  const silenced = state.silences.map(({ matchers }) => matchers["alertname"] ?? "");
  const answers: Readonly<Record<string, () => unknown>> = {
    "/api/now": () => nowOf(state),
    "/api/series": () => series(state, query),
    "/api/incidents": () => ({ incidents: list(state.incidents.filter((one) => (query.get("state") ?? "").split(",").includes(one.state))) }),
    "/api/alerts": () => ({ alerts: list(alertAnswers(nowMs, state.isBurning, silenced)) }),
    "/api/alerts/history": () => ({ events: list(alertEvents(nowMs)) }),
    "/api/silences": () => ({ silences: list(state.silences) }),
    "/api/maintenance": () => ({
      windows: list([
        { id: 1, service: "link-service", fromMs: nowMs - minuteMs, toMs: nowMs + 60 * minuteMs, comment: "New disk for links-2", author: "Ada Lind" },
      ]),
    }),
    "/api/logs": () => ({ lines: list(logLines(nowMs, query)) }),
    "/api/objectives": () => ({ objectives: list(objectiveAnswers(state.isBurning)) }),
    "/api/runbooks": () => ({ runbooks: list(runbooks()) }),
    "/api/targets": () => ({ targets: list(targetAnswers(nowMs, state.isBurning)) }),
    "/api/channels": () => ({ channels: list(channelAnswers(nowMs)) }),
    "/api/drills": () => ({ scenarios: drillScenarios, drills: list(drillAnswers(nowMs)), isAllowed: true, reason: null }),
    "/api/reports": () => ({ months: list(monthAnswers()) }),
    "/api/actions": () => ({ actions: list(state.actions.filter(({ doneAtMs }) => doneAtMs === null)) }),
    "/api/session": () => ({ author: "operator", isOpen: true }),
    "/api/settings": () => ({
      version: "0.4.0",
      open: true,
      settings: [
        { name: "DESK_PORT", value: "8081", sentence: "Port of the desk." },
        { name: "SMTP_PASSWORD", value: "set", sentence: "Password for the mail server." },
      ],
    }),
  };
  const found = answers[pathname];
  return found === undefined ? problem(404, "not_found", "There is no such path.") : Response.json(found());
}

function series(state: StandInState, query: URLSearchParams) {
  const endMs = state.endMs ?? Date.now();
  const burning = state.isBurning ? state.incidents.find(({ id }) => id === 13) : undefined;
  const deployMs = Math.floor((endMs - 10 * minuteMs) / 60_000) * 60_000;
  return deskSeries({
    name: query.get("name") ?? "",
    fromMs: Number(query.get("from")),
    toMs: Number(query.get("to")),
    points: Number(query.get("points")),
    endMs,
    badFromMs: burning?.impactStartedAtMs ?? null,
    marks: [
      { kind: "deploy", fromMs: deployMs, toMs: null, text: "0.4.1", incidentId: null },
      ...(burning === undefined ? [] : [{ kind: "incident" as const, fromMs: burning.impactStartedAtMs, toMs: null, text: "INC-13", incidentId: 13 }]),
    ],
  });
}

function alertEvents(nowMs: number) {
  return ["firing", "pending", "inactive", "firing", "pending"].map((event, index) => ({
    atMs: nowMs - (4 + index * 7) * minuteMs,
    name: index < 2 ? "RedirectErrorBudgetBurn" : "StoreSlow",
    labels: { job: "link-service" },
    state: event,
  }));
}

function runbooks(): { name: string; summary: string }[] {
  return readdirSync(runbookFolder)
    .toSorted()
    .map((file) => ({ name: file.replace(".md", ""), summary: readFileSync(join(runbookFolder, file), "utf8").split("\n")[2] ?? "" }));
}

function logLines(nowMs: number, query: URLSearchParams) {
  const lines = Array.from({ length: 80 }, (_, index) => logLine(nowMs, index));
  const [level, text] = [query.get("level"), query.get("text")];
  return lines.filter((line) => (level === null || line.level === level) && (text === null || line.message.includes(text)));
}

function changeAnswer(state: StandInState, { pathname, request }: Asked, body: Record<string, unknown>): Response {
  if (pathname === "/api/session") {
    state.isLocked = false;
    return Response.json({ author: body["name"], isOpen: false });
  }
  if (pathname === "/api/silences") {
    state.silences.push({
      id: state.silences.length + 1,
      matchers: body["matchers"] as Record<string, string>,
      fromMs: Date.now(),
      toMs: Date.now() + Number(body["minutes"]) * minuteMs,
      author: "operator",
      comment: String(body["comment"]),
    });
    return Response.json(state.silences.at(-1), { status: 201 });
  }
  if (request.method === "DELETE" && pathname.startsWith("/api/silences/")) {
    state.silences = state.silences.filter(({ id }) => id !== Number(pathname.split("/").at(-1)));
    return new Response(null, { status: 204 });
  }
  if (pathname.startsWith("/api/actions/")) {
    state.actions = state.actions.map((action) =>
      action.id === Number(pathname.split("/").at(-1)) ? { ...action, doneAtMs: body["is_done"] === true ? Date.now() : null } : action,
    );
    return Response.json({});
  }
  if (pathname.startsWith("/api/channels/")) return Response.json({ ok: false, answer: "550 5.1.1 <oncall@example.org>: Recipient address rejected" });
  if (pathname === "/api/drills") return Response.json(drillAnswers(Date.now())[0], { status: 202 });
  return problem(401, "unauthorized", "Sign in first.");
}

const steps: Readonly<Record<string, { from: readonly string[]; change: (nowMs: number) => Partial<Incident>; kind: TimelineKind }>> = {
  acknowledge: { from: ["open"], change: (nowMs) => ({ state: "acknowledged", acknowledgedAtMs: nowMs, acknowledgedBy: "operator" }), kind: "acknowledged" },
  mitigate: { from: ["open", "acknowledged"], change: (nowMs) => ({ state: "mitigated", mitigatedAtMs: nowMs }), kind: "mitigated" },
  resolve: { from: ["open", "acknowledged", "mitigated"], change: (nowMs) => ({ state: "resolved", resolvedAtMs: nowMs }), kind: "resolved" },
};

interface IncidentAsked {
  readonly id: number;
  readonly part: string;
  readonly body: Record<string, unknown>;
}

function incidentAnswer(state: StandInState, { request, send }: Asked, { id, part, body }: IncidentAsked): Response {
  if (!state.incidents.some((one) => one.id === id)) return problem(404, "not_found", `There is no INC-${id}.`);
  const incident = findIncident(state, id);
  if (part === "") return Response.json(deskIncidentView(incident, state.timelines.get(id) ?? []));
  if (part === "postmortem") return postmortemAnswer(state, incident, request.method === "PUT" ? body : null);
  const step = steps[part];
  if (step !== undefined) {
    if (!step.from.includes(incident.state)) return problem(409, "incident_changed", "The incident has changed.", { incident });
    append(state, id, { kind: step.kind, text: step.kind });
    const changed = changeIncident(state, id, step.change(Date.now()));
    send(`event: incident\ndata: ${JSON.stringify({ id, news: part })}\n\n`);
    return Response.json(changed);
  }
  if (part === "notes") append(state, id, { kind: "note", text: String(body["text"]) });
  if (part === "runbook-steps") append(state, id, { kind: "runbook_step", text: String(body["text"]), details: { runbook: body["runbook"] } });
  if (part === "updates") append(state, id, { kind: "published", text: String(body["text"]), details: { phase: body["phase"] } });
  return Response.json(incident, { status: 201 });
}

function postmortemAnswer(state: StandInState, incident: Incident, body: Record<string, unknown> | null): Response {
  const { id } = incident;
  const draft: PostmortemView = {
    incidentId: id,
    text: draftPostmortem({
      incident,
      alerts: deskAlerts(incident),
      timeline: state.timelines.get(id) ?? [],
      evidence: deskEvidence(incident),
      impact: { failedRequests: 1_612, budgetSpent: 0.031 },
    }),
    isDraft: true,
    savedAtMs: null,
    savedBy: null,
    actions: state.actions.filter(({ incidentId }) => incidentId === id),
    version: 0,
  };
  const current = state.postmortems.get(id) ?? draft;
  if (body === null) return Response.json(current);
  if (body["version"] !== current.version) return problem(409, "postmortem_changed", "Someone else saved meanwhile.");
  const saved = { ...current, text: String(body["text"]), isDraft: false, savedAtMs: Date.now(), savedBy: "operator", version: current.version + 1 };
  state.postmortems.set(id, saved);
  return Response.json(saved);
}
