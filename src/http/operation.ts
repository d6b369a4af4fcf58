import type { RouteConfig, z } from "@hono/zod-openapi";
import { Failure, type FailureCode } from "../errors.ts";
import type { AppParts } from "./app-parts.ts";
import type { Access } from "./auth.ts";
import { type BodyKind, parseJsonObject, type ReceivedBody } from "./body.ts";
import { describeRoute, type RouteFacts } from "./describe-route.ts";
import type { Exchange } from "./exchange.ts";
import type { Reply } from "./reply.ts";
import { type TimeFormat, timeFormatOf } from "./times.ts";
import { validateBody, validateQuery } from "./validate.ts";

/** What a handler is given: everything already parsed. */
export interface Call<Query, Body> {
  parts: AppParts;
  exchange: Exchange;
  /** The id in the path; 0 where there is none. */
  id: number;
  query: Query;
  body: Body;
  /** The body as received, where it is no JSON object with a schema. */
  received: ReceivedBody | null;
  nowMs: number;
  time: TimeFormat;
}

/** Something a client can ask for, with what the router, the gate and the reference need to know of it. */
export interface Operation {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Template in the router's notation, such as `/users/:id`. */
  path: string;
  access: Access;
  bodyKind: BodyKind | null;
  /** The failure for an id that cannot exist; null where the path has none. */
  notFound: FailureCode | null;
  /** Probes and metrics are logged at debug only. */
  isProbe: boolean;
  /** Pages are no part of the reference. */
  isDocumented: boolean;
  route: RouteConfig;
  answer(call: Call<unknown, unknown>): Promise<Reply>;
}

type NoQuery = z.ZodObject<Record<string, never>>;
type AnyQuery = z.ZodObject & z.ZodType<Record<string, unknown>>;

/** An operation as its resource file writes it down. */
export interface Definition<Query extends AnyQuery, Body extends z.ZodType> extends RouteFacts {
  bodyKind?: BodyKind;
  notFound?: FailureCode;
  isProbe?: boolean;
  isDocumented?: boolean;
  query?: Query;
  body?: Body;
  handle(call: Call<z.output<Query>, z.output<Body>>): Promise<Reply>;
}

/** Makes an operation whose schemas both check requests and describe them in the reference. */
export function operation<Query extends AnyQuery = NoQuery, Body extends z.ZodType = z.ZodNever>(definition: Definition<Query, Body>): Operation {
  const { query, body, bodyKind = body ? "json" : null, notFound = null, isProbe = false, isDocumented = true } = definition;
  return {
    method: definition.method,
    path: definition.path,
    access: definition.access,
    bodyKind,
    notFound,
    isProbe,
    isDocumented,
    route: describeRoute(definition, bodyKind),
    answer: async (call) => {
      const parsedQuery = query ? validateQuery(query, call.exchange.search) : {};
      const parsedBody = body && call.received?.kind === "json" ? validateBody(body, parseJsonObject(call.received.bytes)) : undefined;
      return definition.handle({ ...call, query: parsedQuery as z.output<Query>, body: parsedBody as z.output<Body> });
    },
  };
}

/** What an operation is called with, for an exchange whose caller was admitted and whose body was received. */
export function callOf(parts: AppParts, exchange: Exchange, { id, received }: { id: number; received: ReceivedBody | null }): Call<unknown, unknown> {
  return { parts, exchange, id, received, query: {}, body: undefined, nowMs: parts.nowMs(), time: timeFormatOf(exchange.request, exchange.search) };
}

/**
 * Reads the id of a path.
 *
 * @throws Failure `notFound` for anything that no id can be
 */
export function readId(text: string | undefined, notFound: FailureCode): number {
  const id = text !== undefined && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0;
  if (id === 0 || !Number.isSafeInteger(id)) throw new Failure(notFound);
  return id;
}
