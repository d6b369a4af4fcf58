import type { CreateLinkResult, Link, LinkChanges, Store } from "../storage/store.ts";
import { attemptsMost, type CodeShape, drawCode, isReservedCode, type RandomBytes, shapeOfAttempt } from "./codes.ts";
import { type OwnHosts, parseDestination } from "./destination.ts";
import type { LinkCache } from "./link-cache.ts";

/** What shortening, changing and deleting need around them. */
export interface LinkDesk {
  store: Store;
  cache: LinkCache;
  random: RandomBytes;
  ownHosts: OwnHosts;
  /** The server's setting; a request may switch deduplication off, never on. */
  dedupes: boolean;
  /** Shape of the first draw; absent, the standard one. */
  codeShape?: CodeShape;
}

export interface ShortenRequest {
  userId: number;
  originalUrl: string;
  shortCode?: string | null;
  title?: string | null;
  expiresAtMs?: number | null;
  maxClicks?: number | null;
  tags?: string[];
  dedupe?: boolean;
}

export type ShortenResult =
  | { outcome: "created" | "duplicate"; link: Link }
  | { outcome: "user_unknown" | "code_taken" | "code_reserved" | "code_retired" | "codes_exhausted" }
  | { outcome: "destination_refused"; reason: string };

/**
 * Makes a link, or finds the owner's active one to the same address when neither a code nor a limit is asked for.
 * A drawn code that is taken is drawn again, longer after every `triesPerLength` failures.
 */
export async function shorten(desk: LinkDesk, request: ShortenRequest, nowMs: number): Promise<ShortenResult> {
  const destination = parseDestination(request.originalUrl, desk.ownHosts);
  if (destination.outcome === "refused") return { outcome: "destination_refused", reason: destination.reason };
  const custom = request.shortCode ?? null;
  if (custom !== null && isReservedCode(custom)) return { outcome: "code_reserved" };
  const isPlain = custom === null && (request.expiresAtMs ?? null) === null && (request.maxClicks ?? null) === null;
  const insert = async (shortCode: string): Promise<CreateLinkResult> => {
    const result = await desk.store.links.create(
      {
        userId: request.userId,
        shortCode,
        originalUrl: destination.url,
        normalizedUrl: destination.normalizedUrl,
        title: request.title ?? null,
        expiresAtMs: request.expiresAtMs ?? null,
        maxClicks: request.maxClicks ?? null,
        tags: request.tags ?? [],
        dedupe: isPlain && desk.dedupes && request.dedupe !== false,
      },
      nowMs,
    );
    if (result.outcome === "created") desk.cache.forget(shortCode);
    return result;
  };
  if (custom !== null) return insert(custom);
  for (let attempt = 0; attempt < attemptsMost(desk.codeShape); attempt++) {
    const result = await insert(drawCode(desk.random, shapeOfAttempt(attempt, desk.codeShape)));
    if (result.outcome !== "code_taken" && result.outcome !== "code_retired") return result;
  }
  return { outcome: "codes_exhausted" };
}

/** Changes asked of a link; absent fields stay. */
export type ChangeRequest = Omit<LinkChanges, "normalizedUrl">;

export type ChangeResult = { outcome: "updated" | "unchanged"; link: Link } | { outcome: "not_found" } | { outcome: "destination_refused"; reason: string };

/** Changes a link; the next redirect sees the change. */
export async function changeLink(desk: LinkDesk, id: number, request: ChangeRequest, nowMs: number): Promise<ChangeResult> {
  const changes: LinkChanges = { ...request };
  if (request.originalUrl !== undefined) {
    const destination = parseDestination(request.originalUrl, desk.ownHosts);
    if (destination.outcome === "refused") return { outcome: "destination_refused", reason: destination.reason };
    changes.normalizedUrl = destination.normalizedUrl;
  }
  const result = await desk.store.links.update(id, changes, nowMs);
  if (result.outcome === "updated") desk.cache.forget(result.link.shortCode);
  return result;
}

/** Deletes a link and retires its code. False when there is no such link. */
export async function removeLink(desk: LinkDesk, id: number, nowMs: number): Promise<boolean> {
  const code = await desk.store.links.delete(id, nowMs);
  if (code !== null) desk.cache.forget(code);
  return code !== null;
}
