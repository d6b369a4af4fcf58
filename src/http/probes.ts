import { z } from "@hono/zod-openapi";
import { Failure } from "../errors.ts";
import type { Store, StoreCheck } from "../storage/store.ts";
import type { AppParts } from "./app-parts.ts";
import { type Operation, operation } from "./operation.ts";
import { problemReply } from "./problems.ts";
import { jsonReply } from "./reply.ts";

/** Longest wait for the store's checks, in milliseconds. */
const checkTimeoutMs = 2_000;
/** How long checks count, so that eager probes cost the store nothing, in milliseconds. */
const checkedMs = 500;

const readHealth = operation({
  method: "get",
  path: "/health",
  tag: "Operations",
  summary: "Say that the process answers",
  description: "Touches nothing else: for liveness probes.",
  access: "public",
  isProbe: true,
  success: { 200: { description: "It does", schema: z.object({ status: z.literal("ok"), version: z.string() }) } },
  handle: async ({ parts }) => jsonReply(200, { status: "ok", version: parts.version }, { "Cache-Control": "no-store" }),
});

const checkSchema = z.object({ name: z.string(), is_ok: z.boolean(), detail: z.string() });

const readReady = operation({
  method: "get",
  path: "/ready",
  tag: "Operations",
  summary: "Say whether requests should be sent here",
  description: "Every check is named; 503 names the failed ones in `detail` and lists all in `checks`.",
  access: "public",
  isProbe: true,
  success: { 200: { description: "All checks pass", schema: z.object({ status: z.literal("ready"), checks: z.array(checkSchema) }) } },
  failures: ["store_unavailable", "shutting_down"],
  handle: async ({ parts, exchange }) => {
    const checks = [...(await checksOf(parts)), { name: "running", isOk: !parts.isStopping(), detail: parts.isStopping() ? "the service is stopping" : "" }];
    const written = checks.map(({ name, isOk, detail }) => ({ name, is_ok: isOk, detail }));
    const headers = { "Cache-Control": "no-store" };
    const failed = checks.filter(({ isOk }) => !isOk);
    if (failed.length === 0) return jsonReply(200, { status: "ready", checks: written }, headers);
    const detail = `not ready: ${failed.map(({ name, detail }) => (detail === "" ? name : `${name} (${detail})`)).join(", ")}`;
    exchange.errorCode = parts.isStopping() ? "shutting_down" : "store_unavailable";
    return problemReply(new Failure(exchange.errorCode, detail, { headers }), exchange.requestId, { checks: written });
  },
});

const running = new WeakMap<Store, { startedMs: number; checks: Promise<StoreCheck[]> }>();

/** The store's checks, shared by all probes that ask within `checkedMs`. */
function checksOf({ desk, monotonicMs }: AppParts): Promise<StoreCheck[]> {
  const known = running.get(desk.store);
  const nowMs = monotonicMs();
  if (known && nowMs - known.startedMs < checkedMs) return known.checks;
  const checks = withinTime(desk.store.check());
  running.set(desk.store, { startedMs: nowMs, checks });
  return checks;
}

async function withinTime(checks: Promise<StoreCheck[]>): Promise<StoreCheck[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<StoreCheck[]>((resolve) => {
    timer = setTimeout(() => resolve([{ name: "store", isOk: false, detail: `no answer within ${checkTimeoutMs} ms` }]), checkTimeoutMs);
  });
  const failed = checks.catch((error: unknown) => [{ name: "store", isOk: false, detail: error instanceof Failure ? error.message : "the check failed" }]);
  const first = await Promise.race([failed, late]);
  clearTimeout(timer);
  return first;
}

/** GET /health and GET /ready. */
export const probeOperations: Operation[] = [readHealth, readReady];
