import { Failure } from "../../errors.ts";
import { problemReply } from "../problems.ts";
import { jsonReply } from "../reply.ts";
import { type DeskRoute, deskRoute } from "./desk-route.ts";

const noStore = { "Cache-Control": "no-store" };

const readHealth = deskRoute({
  method: "get",
  path: "/health",
  access: "public",
  isProbe: true,
  handle: ({ parts }) => jsonReply(200, { status: "ok", version: parts.version }, noStore),
});

const readReady = deskRoute({
  method: "get",
  path: "/ready",
  access: "public",
  isProbe: true,
  handle: ({ parts, requestId }) => {
    const store = parts.checkStore();
    const isWell = parts.desk.isWell();
    const checks = [
      { name: "store_writable", is_ok: store === null, detail: store ?? "writes" },
      { name: "watching", is_ok: isWell, detail: isWell ? "evaluates" : "the last good evaluation is too long ago" },
      { name: "running", is_ok: !parts.isStopping(), detail: parts.isStopping() ? "the desk is stopping" : "" },
    ];
    const failed = checks.filter(({ is_ok: isOk }) => !isOk);
    if (failed.length === 0) return jsonReply(200, { status: "ready", checks }, noStore);
    const code = parts.isStopping() ? "shutting_down" : "store_unavailable";
    const detail = `not ready: ${failed.map((check) => `${check.name} (${check.detail})`).join(", ")}`;
    return problemReply(new Failure(code, detail, { headers: noStore }), requestId, { checks });
  },
});

const readMetrics = deskRoute({
  method: "get",
  path: "/prom_metrics",
  access: "viewer",
  isProbe: true,
  handle: async ({ parts }) => {
    const { contentType, text } = await parts.metrics.render();
    return { status: 200, headers: { "Content-Type": contentType, ...noStore }, body: text };
  },
});

/** How the desk itself is. */
export const operationRoutes: readonly DeskRoute[] = [readHealth, readReady, readMetrics];
