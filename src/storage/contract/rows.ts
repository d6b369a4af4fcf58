import type { Click, NewLink } from "../store.ts";

/** The moment the contract's rows are made. */
export const now = Date.UTC(2026, 0, 15, 12, 30);
export const firstPage = { limit: 100, offset: 0 };

/** A link that is shortened without any wish. */
export function plainLink(changes: Partial<NewLink> = {}): NewLink {
  const originalUrl = changes.originalUrl ?? "https://example.com/a";
  return {
    userId: 1,
    shortCode: "aaaaaa",
    originalUrl,
    normalizedUrl: originalUrl,
    title: null,
    expiresAtMs: null,
    maxClicks: null,
    tags: [],
    dedupe: false,
    ...changes,
  };
}

/** A click as the redirect path makes it. */
export function plainClick(changes: Partial<Click> = {}): Click {
  return { urlId: 1, destinationVersion: 0, isLimited: false, atMs: now, isBot: false, referrer: null, userAgent: null, clientAddress: null, ...changes };
}
