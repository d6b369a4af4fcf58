import type { Reply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";
import { plainPage, plainStylePath } from "./plain-page.ts";
import { plainStyle } from "./plain-style.ts";
import { statusBadge, statusFeed } from "./status-feed.ts";
import { statusPage } from "./status-page.ts";
import type { DeskAppParts } from "./desk-app-parts.ts";

/** How long anyone may keep an answer, in seconds, and the style sheet. */
const cachedS = 30;
const styleCachedS = 3_600;

/** An answer that is the same for everyone; who has it already is told only that. */
function cacheable(path: string, make: (parts: DeskAppParts) => Reply | Promise<Reply>): DeskRoute {
  return deskRoute({
    method: "get",
    path,
    access: "public",
    isProbe: true,
    handle: async ({ parts, request }) => {
      const reply = await make(parts);
      const tag = `"${new Bun.CryptoHasher("sha256")
        .update(reply.body ?? "")
        .digest("hex")
        .slice(0, 32)}"`;
      const headers = { "Cache-Control": `public, max-age=${cachedS}`, ...reply.headers, ETag: tag };
      const known = (request.headers.get("if-none-match") ?? "").split(",").map((text) => text.trim().replace(/^W\//, ""));
      return known.includes(tag) ? { status: 304, headers, body: null } : { ...reply, headers };
    },
  });
}

const text = (type: string, body: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { "Content-Type": type, ...headers },
  body,
});

/** What the public sees: no script, no internals, cheap to answer. */
export const statusRoutes: readonly DeskRoute[] = [
  cacheable("/status", ({ desk }) => plainPage("Status", statusPage(desk.status.read()), {})),
  cacheable("/status.json", ({ desk }) => text("application/json", JSON.stringify(desk.status.read()), { "Access-Control-Allow-Origin": "*" })),
  cacheable("/status.rss", ({ desk, deskUrl }) => text("application/rss+xml; charset=utf-8", statusFeed(desk.status.read(), deskUrl()))),
  cacheable("/status/badge.svg", ({ desk }) => text("image/svg+xml", statusBadge(desk.status.read()))),
  cacheable(plainStylePath, () => text("text/css; charset=utf-8", plainStyle, { "Cache-Control": `public, max-age=${styleCachedS}` })),
];
