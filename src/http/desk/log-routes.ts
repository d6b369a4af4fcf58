import { z } from "@hono/zod-openapi";
import { type LogFilter } from "../../desk/watch/log-filter.ts";
import { logLevels } from "../../desk/watch/log-line.ts";
import { clampedNumber, textFilter } from "../query-fields.ts";
import { jsonReply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";
import { eventStream } from "./event-stream.ts";

/** Lines of one answer. */
const linesDefault = 200;
const linesMost = 1_000;
const filterLengthMost = 200;

const filterFields = {
  level: z.enum(logLevels).optional(),
  route: textFilter(filterLengthMost).optional(),
  request_id: textFilter(filterLengthMost).optional(),
  text: textFilter(filterLengthMost).optional(),
};
const instant = clampedNumber(0, Number.MAX_SAFE_INTEGER);

interface FilterQuery {
  level?: LogFilter["level"] | undefined;
  route?: string | undefined;
  request_id?: string | undefined;
  text?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

function filterOf({ level, route, request_id: requestId, text, from, to }: FilterQuery): LogFilter {
  return {
    ...(level === undefined ? {} : { level }),
    ...(route ? { route } : {}),
    ...(requestId ? { requestId } : {}),
    ...(text ? { text } : {}),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}

const searchLogs = deskRoute({
  method: "get",
  path: "/api/logs",
  access: "viewer",
  query: z.object({ ...filterFields, from: instant.optional(), to: instant.optional(), limit: clampedNumber(1, linesMost).optional() }),
  handle: ({ parts, query }) => jsonReply(200, { lines: parts.desk.logs.query(filterOf(query), query.limit ?? linesDefault) }, { "Cache-Control": "no-store" }),
});

const followLogs = deskRoute({
  method: "get",
  path: "/api/logs/stream",
  access: "viewer",
  isProbe: true,
  query: z.object(filterFields),
  handle: ({ parts, query, request }) =>
    eventStream(request, (send) => parts.desk.logs.follow(filterOf(query), (lines) => send(...lines.map((content) => ({ event: "line", content }))))),
});

/** The logs of what is watched. */
export const logRoutes: readonly DeskRoute[] = [searchLogs, followLogs];
