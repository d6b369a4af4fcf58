import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { failures, type FailureCode } from "../errors.ts";
import type { Access } from "./auth.ts";
import type { BodyKind } from "./body.ts";
import { problemSchema } from "./schemas.ts";

/** A good answer: JSON by `schema`, or other media types. */
export interface SuccessAnswer {
  description: string;
  schema?: z.ZodType;
  mediaTypes?: string[];
}

/** What the reference says of an operation. */
export interface RouteFacts {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Template in the router's notation, such as `/users/:id`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  access: Access;
  query?: z.ZodObject;
  body?: z.ZodType;
  success: Record<number, SuccessAnswer>;
  failures?: FailureCode[];
}

/** Describes an operation for OpenAPI, with the failures that follow from its kind beside its own. */
export function describeRoute(facts: RouteFacts, bodyKind: BodyKind | null): RouteConfig {
  const names = [...facts.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  return createRoute({
    method: facts.method,
    path: facts.path.replaceAll(/:(\w+)/g, "{$1}"),
    tags: [facts.tag],
    summary: facts.summary,
    ...(facts.description ? { description: facts.description } : {}),
    ...(facts.access === "public" ? { security: [] } : { security: [{ key: [] }] }),
    request: {
      ...(names.length > 0 ? { params: z.object(Object.fromEntries(names.map((name) => [name, pathParameter(name)]))) } : {}),
      ...(facts.query ? { query: facts.query } : {}),
      ...(facts.method === "post" ? { headers: idempotencyHeader } : {}),
      ...(bodyKind ? { body: { required: true, content: bodyContent(bodyKind, facts.body) } } : {}),
    },
    responses: { ...successResponses(facts.success), ...problemResponses([...impliedFailures(facts, bodyKind), ...(facts.failures ?? [])]) },
  });
}

const idempotencyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .optional()
    .openapi({ minLength: 1, maxLength: 255, description: "Repeats the first answer for 24 h instead of doing the work twice." }),
});

function pathParameter(name: string): z.ZodType {
  const base = { param: { name, in: "path" as const, required: true } };
  return name === "id" ? z.int().openapi({ ...base, minimum: 1, example: 1 }) : z.string().openapi({ ...base, example: "J1O697" });
}

type Content = Record<string, { schema: z.ZodType }>;

function bodyContent(kind: BodyKind, schema: z.ZodType | undefined): Content {
  const json: Content = schema ? { "application/json": { schema } } : {};
  if (kind === "json") return json;
  const file = z.object({ file: z.string().openapi({ type: "string", format: "binary", description: "One CSV file with a header line." }) });
  const csv: Content = { "multipart/form-data": { schema: file }, "text/csv": { schema: z.string() } };
  return kind === "csv" ? csv : { ...csv, ...json };
}

function successResponses(success: Record<number, SuccessAnswer>): RouteConfig["responses"] {
  const entries = Object.entries(success).map(([status, { description, schema, mediaTypes = [] }]) => {
    const content: Content = Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: z.string() }]));
    if (schema) content["application/json"] = { schema };
    return [status, Object.keys(content).length > 0 ? { description, content } : { description }];
  });
  return Object.fromEntries(entries) as RouteConfig["responses"];
}

function impliedFailures(facts: RouteFacts, bodyKind: BodyKind | null): FailureCode[] {
  return [
    ...(facts.query || facts.method === "post" ? (["query_invalid"] as const) : []),
    ...(bodyKind ? (["body_malformed", "body_timeout", "body_too_large", "media_type_unsupported"] as const) : []),
    ...(bodyKind && bodyKind !== "csv" ? (["body_missing", "body_not_object", "field_missing", "field_invalid"] as const) : []),
    ...(bodyKind && bodyKind !== "json" ? (["csv_invalid", "rate_limited"] as const) : []),
    ...(facts.method === "post" ? (["idempotency_in_progress", "idempotency_mismatch"] as const) : []),
    ...(facts.access === "public" ? [] : (["unauthorized", "forbidden", "store_busy", "store_full", "store_damaged", "store_unavailable"] as const)),
    "internal",
  ];
}

function problemResponses(codes: FailureCode[]): RouteConfig["responses"] {
  const byStatus = new Map<number, FailureCode[]>();
  for (const code of new Set(codes)) byStatus.set(failures[code].status, [...(byStatus.get(failures[code].status) ?? []), code]);
  const entries = [...byStatus].map(([status, ofStatus]) => [
    status,
    { description: ofStatus.join(", "), content: { "application/problem+json": { schema: problemSchema } } },
  ]);
  return Object.fromEntries(entries) as RouteConfig["responses"];
}
