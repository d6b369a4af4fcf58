import type { z } from "@hono/zod-openapi";
import { Failure } from "../../errors.ts";
import { bodyFormOf, parseJsonObject, receiveJson } from "../body.ts";
import { readId } from "../operation.ts";
import type { Reply } from "../reply.ts";
import { validateBody, validateQuery } from "../validate.ts";
import type { DeskAppParts } from "./desk-app-parts.ts";
import type { DeskAccess, DeskGate } from "./desk-gate.ts";

/** What a handler is given: everything already parsed. */
export interface DeskCall<Query, Body> {
  readonly parts: DeskAppParts;
  readonly gate: DeskGate;
  readonly request: Request;
  readonly requestId: string;
  /** Named parts of the path, decoded. */
  readonly names: Readonly<Record<string, string>>;
  /** The id in the path; 0 where there is none. */
  readonly id: number;
  readonly query: Query;
  readonly body: Body;
  /** Who acts. */
  readonly author: string;
  readonly nowMs: number;
}

export type DeskMethod = "get" | "post" | "put" | "patch" | "delete";

/** Something the desk can be asked for. A stream is a `Response`; everything else is a reply. */
export interface DeskRoute {
  readonly method: DeskMethod;
  /** Template in the router's notation. */
  readonly path: string;
  readonly access: DeskAccess;
  /** Probes and metrics are logged at debug only. */
  readonly isProbe: boolean;
  answer(request: Pick<DeskCall<unknown, unknown>, "parts" | "gate" | "request" | "requestId" | "names" | "author">): Promise<Reply | Response>;
}

type NoQuery = z.ZodObject<Record<string, never>>;
type AnyQuery = z.ZodObject & z.ZodType<Record<string, unknown>>;

export interface DeskDefinition<Query extends AnyQuery, Body extends z.ZodType> {
  readonly method: DeskMethod;
  readonly path: string;
  readonly access: DeskAccess;
  readonly isProbe?: boolean;
  readonly query?: Query;
  readonly body?: Body;
  /** Largest body, in bytes, where it is not the usual. */
  readonly bodyBytesMost?: number;
  /** Programs send here, which need no body. */
  readonly isMachine?: boolean;
  handle(call: DeskCall<z.output<Query>, z.output<Body>>): Promise<Reply | Response> | Reply | Response;
}

const writing: ReadonlySet<DeskMethod> = new Set(["post", "put", "patch"]);

/** Makes a route that parses what it is sent before its handler sees it. */
export function deskRoute<Query extends AnyQuery = NoQuery, Body extends z.ZodType = z.ZodNever>(definition: DeskDefinition<Query, Body>): DeskRoute {
  const { method, path, access, isProbe = false, query, body, bodyBytesMost, isMachine = false } = definition;
  return {
    method,
    path,
    access,
    isProbe,
    answer: async (around) => {
      const { request, names, parts } = around;
      const id = path.includes("/:id") ? readId(names["id"], path.startsWith("/api/incidents/") ? "incident_not_found" : "entry_not_found") : 0;
      const parsedQuery = query ? validateQuery(query, new URL(request.url).search) : {};
      // JSON is what no form of another site can send.
      if (writing.has(method) && access === "editor" && !isMachine) refuseOther(request);
      const parsedBody = body ? validateBody(body, await readObject(request, bodyBytesMost)) : undefined;
      return definition.handle({ ...around, id, query: parsedQuery as z.output<Query>, body: parsedBody as z.output<Body>, nowMs: parts.nowMs() });
    },
  };
}

function refuseOther({ headers }: Request): void {
  const mediaType = (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (mediaType !== "application/json") throw new Failure("media_type_unsupported", "a change needs the content type application/json");
}

async function readObject(request: Request, bytesMost: number | undefined): Promise<Record<string, unknown>> {
  bodyFormOf(request, "json");
  return parseJsonObject(await receiveJson(request, bytesMost));
}
