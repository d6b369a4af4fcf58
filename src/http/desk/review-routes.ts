import { z } from "@hono/zod-openapi";
import { Failure } from "../../errors.ts";
import { booleanFilter } from "../query-fields.ts";
import { jsonReply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";

/** Longest post-mortem, longest action and longest name, in characters. */
const postmortemLengthMost = 500_000;
const actionLengthMost = 2_000;
const ownerLengthMost = 200;

const actionFields = {
  text: z.string().trim().min(1).max(actionLengthMost),
  owner: z.string().trim().max(ownerLengthMost).nullable().optional(),
  due_at_ms: z.int().min(0).nullable().optional(),
};

const readPostmortem = deskRoute({
  method: "get",
  path: "/api/incidents/:id/postmortem",
  access: "viewer",
  handle: ({ parts, id }) => {
    const view = parts.desk.views.postmortem(id);
    if (view === null) throw new Failure("incident_not_found");
    return jsonReply(200, view);
  },
});

const savePostmortem = deskRoute({
  method: "put",
  path: "/api/incidents/:id/postmortem",
  access: "editor",
  body: z.object({ text: z.string().max(postmortemLengthMost), version: z.int().min(0) }),
  handle: ({ parts, id, body, author, nowMs }) => {
    const { stores, views } = parts.desk;
    if (stores.incidents.find(id) === null) throw new Failure("incident_not_found");
    const saved = stores.reviews.savePostmortem({ incidentId: id, text: body.text, savedAtMs: nowMs, savedBy: author }, body.version);
    if (saved === null) throw new Failure("postmortem_changed");
    return jsonReply(200, views.postmortem(id));
  },
});

const exportPostmortem = deskRoute({
  method: "get",
  path: "/api/incidents/:id/postmortem.md",
  access: "viewer",
  handle: ({ parts, id }) => {
    const view = parts.desk.views.postmortem(id);
    if (view === null) throw new Failure("incident_not_found");
    const headers = {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": `attachment; filename="INC-${id}.md"`,
      "Cache-Control": "no-store",
    };
    return { status: 200, headers, body: view.text };
  },
});

const addAction = deskRoute({
  method: "post",
  path: "/api/incidents/:id/actions",
  access: "editor",
  body: z.object(actionFields),
  handle: ({ parts, id, body }) => {
    const { incidents, reviews } = parts.desk.stores;
    if (incidents.find(id) === null) throw new Failure("incident_not_found");
    return jsonReply(201, reviews.addAction({ incidentId: id, text: body.text, owner: body.owner || null, dueAtMs: body.due_at_ms ?? null }));
  },
});

const changeAction = deskRoute({
  method: "patch",
  path: "/api/actions/:id",
  access: "editor",
  body: z.object({ ...actionFields, text: actionFields.text.optional(), is_done: z.boolean().optional() }),
  handle: ({ parts, id, body, nowMs }) => {
    const { reviews } = parts.desk.stores;
    const before = reviews.findAction(id);
    if (before === null) throw new Failure("entry_not_found");
    const changed = reviews.changeAction(id, {
      ...(body.text === undefined ? {} : { text: body.text }),
      ...(body.owner === undefined ? {} : { owner: body.owner || null }),
      ...(body.due_at_ms === undefined ? {} : { dueAtMs: body.due_at_ms }),
      ...(body.is_done === undefined ? {} : { doneAtMs: body.is_done ? (before.doneAtMs ?? nowMs) : null }),
    });
    return jsonReply(200, changed);
  },
});

const listActions = deskRoute({
  method: "get",
  path: "/api/actions",
  access: "viewer",
  query: z.object({ open: booleanFilter().optional() }),
  handle: ({ parts, query }) => jsonReply(200, { actions: parts.desk.stores.reviews.actions({ isOpen: query.open === true }) }),
});

const readReports = deskRoute({
  method: "get",
  path: "/api/reports",
  access: "viewer",
  handle: ({ parts }) => jsonReply(200, { months: parts.desk.views.months() }),
});

/** Post-mortems, their actions, and the months in figures. */
export const reviewRoutes: readonly DeskRoute[] = [readPostmortem, savePostmortem, exportPostmortem, addAction, changeAction, listActions, readReports];
