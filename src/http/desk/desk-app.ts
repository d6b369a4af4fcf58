import { type Context, Hono } from "hono";
import { Failure } from "../../errors.ts";
import { continueTrace, requestIdOf, type TraceContext } from "../../telemetry/trace.ts";
import { splitAddress, unmatchedRoute } from "../exchange.ts";
import { problemReply } from "../problems.ts";
import type { Reply } from "../reply.ts";
import { acknowledgeRoutes } from "./acknowledge-routes.ts";
import { alertRoutes } from "./alert-routes.ts";
import type { DeskAppParts } from "./desk-app-parts.ts";
import { createDeskGate, type DeskGate } from "./desk-gate.ts";
import type { DeskRoute } from "./desk-route.ts";
import { incidentRoutes } from "./incident-routes.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { nowRoutes } from "./now-routes.ts";
import { operationRoutes } from "./operation-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import { reviewRoutes } from "./review-routes.ts";
import { settingRoutes } from "./setting-routes.ts";
import { statusRoutes } from "./status-routes.ts";

export interface DeskApp {
  /** Answers every request; never rejects. */
  fetch(request: Request, client: { readonly clientAddress: string | null }): Promise<Response>;
}

/** What is noted of a request on its way. */
interface Exchange {
  readonly request: Request;
  readonly requestId: string;
  route: string;
  isProbe: boolean;
  errorCode: Failure["code"] | null;
  /** Length of the answer; 0 for a stream. */
  bytes: number;
}

interface Environment {
  Bindings: { exchange: Exchange };
}

/** Headers of every answer, whatever it is. */
const usualHeaders = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY" };
/** What an answer that is no page may load and be: nothing. */
const nothingAllowed = "default-src 'none'; frame-ancestors 'none'";

const routes: readonly DeskRoute[] = [
  ...nowRoutes,
  ...incidentRoutes,
  ...reviewRoutes,
  ...alertRoutes,
  ...logRoutes,
  ...settingRoutes,
  ...intakeRoutes,
  ...acknowledgeRoutes,
  ...statusRoutes,
  ...operationRoutes,
  ...pageRoutes,
];

/** Puts the desk's HTTP API together. */
export function createDeskApp(parts: DeskAppParts): DeskApp {
  const { config, log, metrics, nowMs, monotonicMs, isStopping } = parts;
  const gate = createDeskGate({ config, nowMs });
  const router = createRouter(parts, gate);
  return {
    fetch: async (request, { clientAddress }) => {
      const startedMs = monotonicMs();
      const trace = continueTrace(request.headers.get("traceparent"));
      const exchange: Exchange = {
        request,
        requestId: requestIdOf(request.headers.get("x-request-id"), trace),
        route: unmatchedRoute,
        isProbe: false,
        errorCode: null,
        bytes: 0,
      };
      const response = await router.fetch(request, { exchange });
      if (isStopping()) response.headers.set("Connection", "close");
      const { status } = response;
      metrics.families.requests.child(`${Math.trunc(status / 100)}xx`).add();
      logAccess(log, { exchange, trace, clientAddress, status, durationMs: monotonicMs() - startedMs });
      return response;
    },
  };
}

interface Answered {
  readonly exchange: Exchange;
  readonly trace: TraceContext;
  readonly clientAddress: string | null;
  readonly status: number;
  readonly durationMs: number;
}

/** One line for each request. The path of a link in a mail is a secret. */
function logAccess(log: DeskAppParts["log"], { exchange, trace, clientAddress, status, durationMs }: Answered): void {
  const { request, requestId, route, isProbe, errorCode, bytes } = exchange;
  const { path } = splitAddress(request.url);
  log.access(
    isProbe ? "debug" : status >= 500 ? "error" : "info",
    {
      method: request.method,
      route,
      path: route.startsWith("/acknowledge/") ? route : path,
      status,
      durationMs,
      bytes,
      requestId,
      trace,
      clientAddress,
      userAgent: request.headers.get("user-agent"),
      ...(errorCode === null ? {} : { errorCode }),
    },
    ',"program":"desk"',
  );
}

function createRouter(parts: DeskAppParts, gate: DeskGate): Hono<Environment> {
  const router = new Hono<Environment>({ strict: false });
  // Fixed paths come first: `/assets/plain.css` is no file of the pages.
  const byPath = [...Map.groupBy(routes, ({ path }) => path)].toSorted(([one], [other]) => Number(one.includes(":")) - Number(other.includes(":")));
  for (const [path, ofPath] of byPath) {
    for (const route of ofPath) router.on(route.method.toUpperCase(), path, (context) => answer(context, { parts, gate, route }));
    const allow = ofPath.flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])).join(", ");
    router.all(path, ({ env: { exchange } }) => {
      exchange.route = path;
      const { method } = exchange.request;
      if (method === "OPTIONS") return respond({ status: 204, headers: { Allow: allow }, body: null }, exchange);
      return refuse(new Failure("method_not_allowed", `${method.slice(0, 20)} is not allowed here; use ${allow}`, { headers: { Allow: allow } }), exchange);
    });
  }
  router.notFound(({ env: { exchange } }) => refuse(new Failure("route_not_found"), exchange));
  router.onError((error, { env: { exchange } }) => refuse(failureOf(parts, error, exchange), exchange));
  return router;
}

async function answer(context: Context<Environment>, around: { parts: DeskAppParts; gate: DeskGate; route: DeskRoute }): Promise<Response> {
  const { parts, gate, route } = around;
  const { exchange } = context.env;
  exchange.route = route.path;
  exchange.isProbe = route.isProbe;
  try {
    const author = await gate.admit(exchange.request, route.access);
    const { request, requestId } = exchange;
    const reply = await route.answer({ parts, gate, request, requestId, author, names: context.req.param() as Record<string, string> });
    return respond(reply, exchange);
  } catch (error) {
    return refuse(failureOf(parts, error, exchange), exchange);
  }
}

/** What a client is told of an error: a failure, or that it was none we know; then the log has it. */
function failureOf({ failureOf: read, log }: DeskAppParts, error: unknown, { requestId, route }: Exchange): Failure {
  const failure = read(error);
  if (failure instanceof Failure) return failure;
  log.error({ error, request_id: requestId, route }, "a request met an unexpected fault");
  return new Failure("internal");
}

function refuse(failure: Failure, exchange: Exchange): Response {
  exchange.errorCode = failure.code;
  return respond(problemReply(failure, exchange.requestId), exchange);
}

function respond(reply: Reply | Response, exchange: Exchange): Response {
  if (!(reply instanceof Response) && reply.body !== null && exchange.request.method !== "HEAD") exchange.bytes = Buffer.byteLength(reply.body);
  const response = reply instanceof Response ? reply : new Response(reply.body, { status: reply.status, headers: reply.headers });
  response.headers.set("X-Request-ID", exchange.requestId);
  for (const [name, value] of Object.entries(usualHeaders)) response.headers.set(name, value);
  if (!response.headers.has("Content-Security-Policy")) response.headers.set("Content-Security-Policy", nothingAllowed);
  return response;
}
