import { z } from "@hono/zod-openapi";
import type { Matcher } from "../../alerting/expression.ts";
import { Failure } from "../../errors.ts";
import { clampedNumber } from "../query-fields.ts";
import { jsonReply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";
import { eventStream } from "./event-stream.ts";

/** Points of a chart unless asked for otherwise, and at most. */
const pointsDefault = 600;
const pointsMost = 5_000;
/** Span of a chart unless asked for otherwise, and the longest, in milliseconds: what is kept. */
const spanDefaultMs = 3_600_000;
const spanMostMs = 400 * 86_400_000;
/** Most labels that choose series. */
const whereMost = 5;

const seriesName = z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$/, "must be the name of a series");
const instant = clampedNumber(0, Number.MAX_SAFE_INTEGER);

/** `?where=label:value`, as often as wanted. @throws Failure `query_invalid` */
function readWhere(search: URLSearchParams): Matcher[] {
  const matchers = search.getAll("where").map((text): Matcher | null => {
    const [, label, value = ""] = /^([a-zA-Z_]\w{0,99}):(.{0,1000})$/.exec(text) ?? [];
    return label === undefined ? null : { label, operator: "=", value };
  });
  const known = matchers.filter((matcher) => matcher !== null);
  if (known.length === matchers.length && known.length <= whereMost) return known;
  throw new Failure("query_invalid", "where must be label:value", { fields: [{ field: "where", message: "must be label:value" }] });
}

const readNow = deskRoute({
  method: "get",
  path: "/api/now",
  access: "viewer",
  handle: ({ parts }) => jsonReply(200, parts.desk.views.now(), { "Cache-Control": "no-store" }),
});

const readSeries = deskRoute({
  method: "get",
  path: "/api/series",
  access: "viewer",
  query: z.object({ name: seriesName, from: instant.optional(), to: instant.optional(), points: clampedNumber(2, pointsMost).optional() }),
  handle: ({ parts, query, request, nowMs }) => {
    const toMs = query.to ?? nowMs;
    const fromMs = Math.max(query.from ?? toMs - spanDefaultMs, toMs - spanMostMs);
    if (fromMs >= toMs) throw new Failure("query_invalid", "from must lie before to", { fields: [{ field: "from", message: "must lie before to" }] });
    const matchers = readWhere(new URL(request.url).searchParams);
    const view = parts.desk.views.series({ name: query.name, matchers, fromMs, toMs, pointsMost: query.points ?? pointsDefault });
    return jsonReply(200, view, { "Cache-Control": "no-store" });
  },
});

const openStream = deskRoute({
  method: "get",
  path: "/api/stream",
  access: "viewer",
  isProbe: true,
  handle: ({ parts, request }) =>
    eventStream(request, (send) => {
      const end = parts.desk.stream.subscribe(send);
      if (end !== null) send({ event: "now", content: parts.desk.views.now() });
      return end;
    }),
});

const readObjectives = deskRoute({
  method: "get",
  path: "/api/objectives",
  access: "viewer",
  handle: ({ parts }) => jsonReply(200, { objectives: parts.desk.views.objectives() }, { "Cache-Control": "no-store" }),
});

const readTargets = deskRoute({
  method: "get",
  path: "/api/targets",
  access: "viewer",
  handle: ({ parts }) => jsonReply(200, { targets: parts.desk.views.targets() }, { "Cache-Control": "no-store" }),
});

/** How things stand, live and in charts. */
export const nowRoutes: readonly DeskRoute[] = [readNow, readSeries, openStream, readObjectives, readTargets];
