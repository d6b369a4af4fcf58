import { z } from "@hono/zod-openapi";
import { Failure } from "../errors.ts";
import type { EventFilter, StoredEvent } from "../storage/store.ts";
import { type Operation, operation } from "./operation.ts";
import { listReply, pageFields } from "./paging.ts";
import { idFilter, textFilter, timeFilter, timeFormatField } from "./query-fields.ts";
import { jsonReply } from "./reply.ts";
import { eventSchema, newEventSchema } from "./schemas.ts";
import { type TimeFormat, writeTime } from "./times.ts";

/** An event as clients see it. */
export function writeEvent(event: StoredEvent, time: TimeFormat): z.output<typeof eventSchema> {
  return { id: event.id, url_id: event.urlId, user_id: event.userId, event_type: event.type, timestamp: writeTime(event.atMs, time), details: event.details };
}

const listEvents = operation({
  method: "get",
  path: "/events",
  tag: "Events",
  summary: "List events",
  description: "Clicks are events too, and are listed as soon as their redirect was answered.",
  access: "viewer",
  query: z.object({
    url_id: idFilter().optional().openapi({ type: "integer" }),
    user_id: idFilter().optional().openapi({ type: "integer" }),
    event_type: textFilter().optional(),
    from: timeFilter().optional().openapi({ type: "string", description: "Inclusive." }),
    to: timeFilter().optional().openapi({ type: "string", description: "Exclusive." }),
    ...pageFields,
    ...timeFormatField,
  }),
  success: { 200: { description: "Events in ascending id order", schema: z.array(eventSchema) } },
  handle: async (call) => {
    const { query, parts } = call;
    const filter: EventFilter = {
      ...(query.url_id === undefined ? {} : { urlId: query.url_id }),
      ...(query.user_id === undefined ? {} : { userId: query.user_id }),
      ...(query.event_type === undefined ? {} : { type: query.event_type }),
      ...(query.from === undefined ? {} : { fromMs: query.from }),
      ...(query.to === undefined ? {} : { toMs: query.to }),
    };
    return listReply(call, { list: (page) => parts.desk.store.events.list(filter, page), write: (event) => writeEvent(event, call.time) });
  },
});

const getEvent = operation({
  method: "get",
  path: "/events/:id",
  tag: "Events",
  summary: "Read an event",
  access: "viewer",
  notFound: "event_not_found",
  success: { 200: { description: "The event", schema: eventSchema } },
  failures: ["event_not_found"],
  handle: async ({ parts, id, time }) => {
    const event = await parts.desk.store.events.get(id);
    if (!event) throw new Failure("event_not_found");
    return jsonReply(200, writeEvent(event, time));
  },
});

const createEvent = operation({
  method: "post",
  path: "/events",
  tag: "Events",
  summary: "Record an event",
  description: "Two identical posts are two events.",
  access: "editor",
  body: newEventSchema,
  success: { 201: { description: "The new event; `Location` has its address", schema: eventSchema } },
  failures: ["url_not_found", "user_not_found"],
  handle: async ({ parts, body, nowMs, time }) => {
    const result = await parts.desk.store.events.create(
      { urlId: body.url_id, userId: body.user_id, type: body.event_type, details: body.details ?? {} },
      nowMs,
    );
    if (result.outcome !== "created") throw new Failure(result.outcome === "url_unknown" ? "url_not_found" : "user_not_found");
    return jsonReply(201, writeEvent(result.event, time), { Location: `/events/${result.event.id}` });
  },
});

/** Everything under /events. */
export const eventOperations: Operation[] = [listEvents, createEvent, getEvent];
