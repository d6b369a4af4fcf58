import { z } from "@hono/zod-openapi";
import type { Act, StepResult } from "../../desk/incidents/incident-desk.ts";
import { Failure } from "../../errors.ts";
import { incidentSeverities, incidentStates, publicPhases } from "../../storage/desk/incident-store.ts";
import { problemReply } from "../problems.ts";
import { clampedNumber } from "../query-fields.ts";
import { jsonReply, type Reply } from "../reply.ts";
import { type DeskCall, type DeskRoute, deskRoute } from "./desk-route.ts";

/** Incidents of one answer. */
const listDefault = 50;
const listMost = 200;
/** Longest title and name, and longest note, in characters. */
const titleLengthMost = 200;
const textLengthMost = 10_000;
/** Most alerts that are split off at once. */
const splitMost = 5_000;

const text = (most: number): z.ZodString => z.string().trim().min(1).max(most);

type AnyCall = Pick<DeskCall<unknown, unknown>, "parts" | "id" | "author" | "nowMs" | "requestId">;

/** Answers what a step came to: the incident, or how it stands instead. */
function stepReply(call: AnyCall, take: (act: Act) => StepResult): Reply {
  const result = take({ author: call.author, nowMs: call.nowMs });
  if (result.outcome === "unknown") throw new Failure("incident_not_found");
  if (result.outcome === "refused") {
    const { id, state, acknowledgedBy } = result.incident;
    const who = acknowledgedBy === null ? "" : ` by ${acknowledgedBy}`;
    return problemReply(new Failure("incident_changed", `INC-${id} is ${state}${who}`), call.requestId, { incident: result.incident });
  }
  call.parts.desk.publishNow();
  return jsonReply(200, result.incident);
}

const listIncidents = deskRoute({
  method: "get",
  path: "/api/incidents",
  access: "viewer",
  query: z.object({
    state: z
      .string()
      .transform((names) => names.split(","))
      .pipe(z.array(z.enum(incidentStates)).max(incidentStates.length))
      .optional(),
    before: clampedNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    limit: clampedNumber(1, listMost).optional(),
  }),
  handle: ({ parts, query }) => {
    const filter = { ...(query.state ? { states: query.state } : {}), ...(query.before === undefined ? {} : { beforeId: query.before }) };
    return jsonReply(200, { incidents: parts.desk.stores.incidents.list({ ...filter, limit: query.limit ?? listDefault }) });
  },
});

const declareIncident = deskRoute({
  method: "post",
  path: "/api/incidents",
  access: "editor",
  body: z.object({ title: text(titleLengthMost), severity: z.enum(incidentSeverities), service: text(titleLengthMost) }),
  handle: ({ parts, body, author, nowMs }) => {
    const incident = parts.desk.incidents.declare(body, { author, nowMs });
    parts.desk.publishNow();
    return jsonReply(201, incident, { Location: `/api/incidents/${incident.id}` });
  },
});

const readIncident = deskRoute({
  method: "get",
  path: "/api/incidents/:id",
  access: "viewer",
  handle: ({ parts, id }) => {
    const view = parts.desk.views.incident(id);
    if (view === null) throw new Failure("incident_not_found");
    return jsonReply(200, view);
  },
});

const steps = (["acknowledge", "mitigate", "resolve", "review", "reopen"] as const).map((step) =>
  deskRoute({
    method: "post",
    path: `/api/incidents/:id/${step}`,
    access: "editor",
    handle: (call) => stepReply(call, (act) => call.parts.desk.incidents[step](call.id, act)),
  }),
);

const addNote = deskRoute({
  method: "post",
  path: "/api/incidents/:id/notes",
  access: "editor",
  body: z.object({ text: text(textLengthMost) }),
  handle: (call) => stepReply(call, (act) => call.parts.desk.incidents.note(call.id, call.body.text, act)),
});

const tickStep = deskRoute({
  method: "post",
  path: "/api/incidents/:id/runbook-steps",
  access: "editor",
  body: z.object({ runbook: text(titleLengthMost), text: text(textLengthMost) }),
  handle: (call) => stepReply(call, (act) => call.parts.desk.incidents.tickRunbookStep(call.id, call.body, act)),
});

const changeSeverity = deskRoute({
  method: "post",
  path: "/api/incidents/:id/severity",
  access: "editor",
  body: z.object({ severity: z.enum(incidentSeverities) }),
  handle: (call) => stepReply(call, (act) => call.parts.desk.incidents.changeSeverity(call.id, call.body.severity, act)),
});

const publishUpdate = deskRoute({
  method: "post",
  path: "/api/incidents/:id/updates",
  access: "editor",
  body: z.object({ phase: z.enum(publicPhases), text: text(textLengthMost) }),
  handle: (call) => stepReply(call, (act) => call.parts.desk.incidents.publish(call.id, call.body, act)),
});

const mergeIncident = deskRoute({
  method: "post",
  path: "/api/incidents/:id/merge",
  access: "editor",
  body: z.object({ into: z.int().min(1) }),
  handle: (call) => stepReply(call, (act) => call.parts.desk.incidents.merge(call.id, call.body.into, act)),
});

const splitIncident = deskRoute({
  method: "post",
  path: "/api/incidents/:id/split",
  access: "editor",
  body: z.object({ fingerprints: z.array(text(titleLengthMost)).min(1).max(splitMost) }),
  handle: (call) => stepReply(call, (act) => call.parts.desk.incidents.split(call.id, call.body.fingerprints, act)),
});

/** Everything that is done with incidents. */
export const incidentRoutes: readonly DeskRoute[] = [
  listIncidents,
  declareIncident,
  readIncident,
  ...steps,
  addNote,
  tickStep,
  changeSeverity,
  publishUpdate,
  mergeIncident,
  splitIncident,
];
