import { z } from "@hono/zod-openapi";
import { Failure } from "../../errors.ts";
import { clampedNumber } from "../query-fields.ts";
import { emptyReply, jsonReply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";

/** Steps of alerts in one answer. */
const eventsDefault = 200;
const eventsMost = 1_000;
/** Most labels of a silence, longest of its texts in characters, and longest silence in minutes: a month. */
const matchersMost = 10;
const textLengthMost = 1_000;
const minutesMost = 43_200;
const minuteMs = 60_000;
/** How far ahead maintenance may be planned, and how long it may last, in milliseconds. */
const plannedMostMs = 31_536_000_000;
const maintenanceMostMs = 2_592_000_000;
/** Windows that ended are listed this long, in milliseconds. */
const endedShownMs = 604_800_000;

const listAlerts = deskRoute({
  method: "get",
  path: "/api/alerts",
  access: "viewer",
  handle: ({ parts }) => jsonReply(200, { alerts: parts.desk.views.alerts() }),
});

const readHistory = deskRoute({
  method: "get",
  path: "/api/alerts/history",
  access: "viewer",
  query: z.object({ limit: clampedNumber(1, eventsMost).optional() }),
  handle: ({ parts, query }) =>
    jsonReply(200, {
      events: parts.desk.stores.alerts.events(query.limit ?? eventsDefault).map(({ atMs, name, labels, state }) => ({ atMs, name, labels, state })),
    }),
});

const listSilences = deskRoute({
  method: "get",
  path: "/api/silences",
  access: "viewer",
  handle: ({ parts, nowMs }) => jsonReply(200, { silences: parts.desk.stores.notes.silences(nowMs) }),
});

const addSilence = deskRoute({
  method: "post",
  path: "/api/silences",
  access: "editor",
  body: z.object({
    matchers: z
      .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, "must be the name of a label"), z.string().max(textLengthMost))
      .refine((matchers) => Object.keys(matchers).length >= 1 && Object.keys(matchers).length <= matchersMost, `must have 1 to ${matchersMost} labels`),
    minutes: z.int().min(1).max(minutesMost),
    comment: z.string().trim().max(textLengthMost).default(""),
  }),
  handle: ({ parts, body, author, nowMs }) => {
    const { matchers, minutes, comment } = body;
    const silence = parts.desk.stores.notes.addSilence({ matchers, fromMs: nowMs, toMs: nowMs + minutes * minuteMs, author, comment });
    parts.desk.publishNow();
    return jsonReply(201, silence);
  },
});

const endSilence = deskRoute({
  method: "delete",
  path: "/api/silences/:id",
  access: "editor",
  handle: ({ parts, id, nowMs }) => {
    if (!parts.desk.stores.notes.endSilence(id, nowMs)) throw new Failure("entry_not_found");
    parts.desk.publishNow();
    return emptyReply();
  },
});

const listMaintenance = deskRoute({
  method: "get",
  path: "/api/maintenance",
  access: "viewer",
  handle: ({ parts, nowMs }) => jsonReply(200, { windows: parts.desk.stores.notes.maintenance(nowMs - endedShownMs) }),
});

const addMaintenance = deskRoute({
  method: "post",
  path: "/api/maintenance",
  access: "editor",
  body: z
    .object({
      service: z.string().trim().max(textLengthMost).nullable().optional(),
      fromMs: z.int().min(0),
      toMs: z.int().min(0),
      comment: z.string().trim().max(textLengthMost).default(""),
    })
    .refine(({ fromMs, toMs }) => toMs > fromMs && toMs - fromMs <= maintenanceMostMs, { path: ["toMs"], message: "must be after fromMs, by 30 days at most" }),
  handle: ({ parts, body, author, nowMs }) => {
    const { service, fromMs, toMs, comment } = body;
    if (toMs <= nowMs || fromMs > nowMs + plannedMostMs)
      throw new Failure("field_invalid", "toMs must lie ahead, and fromMs within a year", { fields: [{ field: "toMs", message: "must lie ahead" }] });
    return jsonReply(201, parts.desk.stores.notes.addMaintenance({ service: service || null, fromMs, toMs, comment, author }));
  },
});

const removeMaintenance = deskRoute({
  method: "delete",
  path: "/api/maintenance/:id",
  access: "editor",
  handle: ({ parts, id }) => {
    if (!parts.desk.stores.notes.removeMaintenance(id)) throw new Failure("entry_not_found");
    return emptyReply();
  },
});

/** Alerts, and what keeps them silent. */
export const alertRoutes: readonly DeskRoute[] = [
  listAlerts,
  readHistory,
  listSilences,
  addSilence,
  endSilence,
  listMaintenance,
  addMaintenance,
  removeMaintenance,
];
