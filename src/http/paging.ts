import { Failure } from "../errors.ts";
import type { Page, PageRequest } from "../storage/store.ts";
import type { Call } from "./operation.ts";
import { clampedNumber } from "./query-fields.ts";
import { jsonReply, type Reply } from "./reply.ts";

const perPageDefault = 100;
/** Most items of one page. */
export const perPageMost = 1_000;
/** Most rows that are skipped to reach a page: skipping costs time, `after_id` does not. */
export const offsetMost = 100_000;

/** The query fields every list has. */
export const pageFields = {
  page: clampedNumber(1, Number.MAX_SAFE_INTEGER).optional().openapi({ type: "integer", minimum: 1, default: 1 }),
  per_page: clampedNumber(1, perPageMost).optional().openapi({ type: "integer", minimum: 1, maximum: perPageMost, default: perPageDefault }),
  after_id: clampedNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ type: "integer", minimum: 0, description: "Only items with a larger id; `page` is then ignored." }),
};

export interface PageQuery {
  page?: number | undefined;
  per_page?: number | undefined;
  after_id?: number | undefined;
}

/** How a resource lists and writes its items. */
export interface Listing<Item extends { id: number }> {
  list(page: PageRequest): Promise<Page<Item>>;
  write(item: Item): unknown;
}

/**
 * Answers a list: a bare array with `X-Total-Count` and, when there is more, `Link: rel="next"` with the same filters.
 *
 * @throws Failure `query_invalid` for a page that lies too deep to be skipped to
 */
export async function listReply<Item extends { id: number }>(call: Call<PageQuery, unknown>, listing: Listing<Item>): Promise<Reply> {
  const limit = call.query.per_page ?? perPageDefault;
  const afterId = call.query.after_id;
  const offset = afterId === undefined ? ((call.query.page ?? 1) - 1) * limit : 0;
  const isDeep = offset > offsetMost;
  // One item more than asked for tells whether there is a next page.
  const page = await listing.list({ limit: isDeep ? 1 : limit + 1, offset: isDeep ? 0 : offset, ...(afterId === undefined ? {} : { afterId }) });
  if (isDeep && !page.isTotalExact)
    throw new Failure("query_invalid", `page skips more than ${offsetMost} items; use after_id instead`, {
      fields: [{ field: "page", message: "lies too deep; use after_id" }],
    });
  const items = isDeep ? [] : page.items.slice(0, limit);
  const headers: Record<string, string> = { "X-Total-Count": String(page.total) };
  if (!page.isTotalExact) headers["X-Total-Count-Exact"] = "false";
  const last = items.at(-1);
  if (!isDeep && last && page.items.length > limit) headers["Link"] = `<${nextAddress(call, last.id, offset + limit)}>; rel="next"`;
  return jsonReply(
    200,
    items.map((item) => listing.write(item)),
    headers,
  );
}

function nextAddress(call: Call<PageQuery, unknown>, lastId: number, nextOffset: number): string {
  const { exchange, parts, query } = call;
  const next = new URLSearchParams(exchange.search);
  if (query.after_id !== undefined || nextOffset > offsetMost) {
    next.set("after_id", String(lastId));
    next.delete("page");
  } else next.set("page", String((query.page ?? 1) + 1));
  return `${parts.baseUrl()}${exchange.path}?${next.toString()}`;
}
