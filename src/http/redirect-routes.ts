import type { RouteConfig } from "@hono/zod-openapi";
import { describeRoute } from "./describe-route.ts";

/** The paths that redirect, as templates. They are answered before the router; here they are only described. */
export const redirectPaths = ["/:code", "/r/:code", "/s/:code", "/urls/:code/redirect"] as const;

/** The redirects as the reference describes them. */
export const redirectRoutes: RouteConfig[] = redirectPaths.map((path) =>
  describeRoute(
    {
      method: "get",
      path,
      tag: "Redirects",
      summary: "Follow a short link",
      description: "The click is committed before the answer; HEAD answers the same without one. A browser gets a readable page instead of a problem.",
      access: "public",
      success: { 302: { description: "On to the destination in `Location`" } },
      failures: ["url_not_found", "store_busy", "store_full", "store_damaged", "store_unavailable"],
    },
    null,
  ),
);
