import { z } from "@hono/zod-openapi";
import { Failure } from "../errors.ts";
import { changeLink, type ChangeRequest, removeLink, shorten, type ShortenRequest, type ShortenResult } from "../links/shorten.ts";
import type { Link, LinkFilter } from "../storage/store.ts";
import { type Operation, operation } from "./operation.ts";
import { listReply, pageFields } from "./paging.ts";
import { booleanFilter, idFilter, textFilter, timeFormatField } from "./query-fields.ts";
import { emptyReply, jsonReply } from "./reply.ts";
import { newUrlSchema, urlChangesSchema, urlSchema } from "./schemas.ts";
import { type TimeFormat, writeTime } from "./times.ts";

/** Longest search text, in characters. */
const wordsLengthMost = 200;

/** How links are written: under which origin, in which time format. */
export interface UrlWriting {
  baseUrl: string;
  time: TimeFormat;
}

/** A link as clients see it. */
export function writeUrl(link: Link, { baseUrl, time }: UrlWriting): z.output<typeof urlSchema> {
  return {
    id: link.id,
    user_id: link.userId,
    short_code: link.shortCode,
    short_url: `${baseUrl}/${link.shortCode}`,
    original_url: link.originalUrl,
    title: link.title,
    is_active: link.isActive,
    expires_at: link.expiresAtMs === null ? null : writeTime(link.expiresAtMs, time),
    max_clicks: link.maxClicks,
    clicks: link.clicks,
    tags: link.tags,
    created_at: writeTime(link.createdAtMs, time),
    updated_at: writeTime(link.updatedAtMs, time),
  };
}

const refuse = (field: string, message: string): Failure => new Failure("field_invalid", `${field} ${message}`, { fields: [{ field, message }] });

/**
 * The body of POST /urls as a request to shorten.
 *
 * @throws Failure `field_invalid` for an expiry that has passed
 */
export function shortenRequestOf(body: z.output<typeof newUrlSchema>, nowMs: number): ShortenRequest {
  if (typeof body.expires_at === "number" && body.expires_at <= nowMs) throw refuse("expires_at", "must be in the future");
  return {
    userId: body.user_id,
    originalUrl: body.original_url,
    shortCode: body.short_code ?? null,
    title: body.title ?? null,
    expiresAtMs: body.expires_at ?? null,
    maxClicks: body.max_clicks ?? null,
    tags: body.tags ?? [],
    ...(typeof body.dedupe === "boolean" ? { dedupe: body.dedupe } : {}),
  };
}

/** What a client is told of a link that was not made. */
export function failureOf(result: Exclude<ShortenResult, { link: Link }>): Failure {
  if (result.outcome === "destination_refused") return refuse("original_url", result.reason);
  if (result.outcome === "user_unknown") return new Failure("user_not_found");
  if (result.outcome === "codes_exhausted") return new Failure("store_unavailable", "no free short code was found");
  return new Failure(result.outcome);
}

const listUrls = operation({
  method: "get",
  path: "/urls",
  tag: "Urls",
  summary: "List links",
  access: "viewer",
  query: z.object({
    user_id: idFilter().optional().openapi({ type: "integer" }),
    is_active: booleanFilter().optional().openapi({ type: "boolean" }),
    short_code: textFilter().optional(),
    title: textFilter().optional(),
    tag: textFilter().optional(),
    q: textFilter(wordsLengthMost).optional().openapi({ description: "Words that must each begin a word of the code, title or address." }),
    ...pageFields,
    ...timeFormatField,
  }),
  success: { 200: { description: "Links in ascending id order", schema: z.array(urlSchema) } },
  handle: async (call) => {
    const { query, parts } = call;
    const filter: LinkFilter = {
      ...(query.user_id === undefined ? {} : { userId: query.user_id }),
      ...(query.is_active === undefined ? {} : { isActive: query.is_active }),
      ...(query.short_code === undefined ? {} : { shortCode: query.short_code }),
      ...(query.title === undefined ? {} : { title: query.title }),
      ...(query.tag === undefined ? {} : { tag: query.tag }),
      ...(query.q === undefined || query.q.trim() === "" ? {} : { words: query.q }),
    };
    const writing = { baseUrl: parts.baseUrl(), time: call.time };
    return listReply(call, { list: (page) => parts.desk.store.links.list(filter, page), write: (link) => writeUrl(link, writing) });
  },
});

const getUrl = operation({
  method: "get",
  path: "/urls/:id",
  tag: "Urls",
  summary: "Read a link",
  access: "viewer",
  notFound: "url_not_found",
  success: { 200: { description: "The link", schema: urlSchema } },
  failures: ["url_not_found"],
  handle: async ({ parts, id, time }) => {
    const link = await parts.desk.store.links.get(id);
    if (!link) throw new Failure("url_not_found");
    return jsonReply(200, writeUrl(link, { baseUrl: parts.baseUrl(), time }));
  },
});

const createUrl = operation({
  method: "post",
  path: "/urls",
  tag: "Urls",
  summary: "Shorten a link",
  description: "The owner's active link to the same address is returned instead (200) when neither a code nor a limit is asked for.",
  access: "editor",
  body: newUrlSchema,
  success: {
    201: { description: "The new link; `Location` has its address", schema: urlSchema },
    200: { description: "The owner's active link to the same address", schema: urlSchema },
  },
  failures: ["user_not_found", "code_taken", "code_reserved", "code_retired"],
  handle: async ({ parts, body, nowMs, time }) => {
    const result = await shorten(parts.desk, shortenRequestOf(body, nowMs), nowMs);
    if (!("link" in result)) throw failureOf(result);
    parts.signals.linkCreated(result.outcome);
    const isNew = result.outcome === "created";
    return jsonReply(isNew ? 201 : 200, writeUrl(result.link, { baseUrl: parts.baseUrl(), time }), isNew ? { Location: `/urls/${result.link.id}` } : {});
  },
});

function changesOf(body: z.output<typeof urlChangesSchema>): ChangeRequest {
  return {
    ...(body.title === undefined ? {} : { title: body.title }),
    ...(body.is_active === undefined ? {} : { isActive: body.is_active }),
    ...(body.original_url === undefined ? {} : { originalUrl: body.original_url }),
    ...(body.expires_at === undefined ? {} : { expiresAtMs: body.expires_at }),
    ...(body.max_clicks === undefined ? {} : { maxClicks: body.max_clicks }),
    ...(body.tags === undefined ? {} : { tags: body.tags ?? [] }),
  };
}

const changeUrl = (method: "put" | "patch"): Operation =>
  operation({
    method,
    path: "/urls/:id",
    tag: "Urls",
    summary: "Change a link",
    description: "Fields that are absent stay as they are; PUT and PATCH do the same. The next redirect follows the change.",
    access: "editor",
    notFound: "url_not_found",
    body: urlChangesSchema,
    success: { 200: { description: "The whole link", schema: urlSchema } },
    failures: ["url_not_found"],
    handle: async ({ parts, id, body, nowMs, time }) => {
      const result = await changeLink(parts.desk, id, changesOf(body), nowMs);
      if (result.outcome === "not_found") throw new Failure("url_not_found");
      if (result.outcome === "destination_refused") throw refuse("original_url", result.reason);
      return jsonReply(200, writeUrl(result.link, { baseUrl: parts.baseUrl(), time }));
    },
  });

const deleteUrl = operation({
  method: "delete",
  path: "/urls/:id",
  tag: "Urls",
  summary: "Delete a link",
  description: "Its code is never given out again; its events stay.",
  access: "editor",
  notFound: "url_not_found",
  success: { 204: { description: "The link is gone" } },
  failures: ["url_not_found"],
  handle: async ({ parts, id, nowMs }) => {
    if (!(await removeLink(parts.desk, id, nowMs))) throw new Failure("url_not_found");
    return emptyReply();
  },
});

/** Everything under /urls but the bulk import, statistics and QR codes. */
export const urlOperations: Operation[] = [listUrls, createUrl, getUrl, changeUrl("put"), changeUrl("patch"), deleteUrl];
