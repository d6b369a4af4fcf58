import { type Context, Hono } from "hono";
import { Failure } from "../errors.ts";
import { codeOfPath } from "../links/codes.ts";
import { requestIdOf } from "../telemetry/trace.ts";
import { watchCalls } from "../telemetry/watch-calls.ts";
import type { AppParts } from "./app-parts.ts";
import { type Authenticator, createAuthenticator } from "./auth.ts";
import { bodyFormOf, receiveBody } from "./body.ts";
import { type Exchange, splitAddress, unmatchedRoute } from "./exchange.ts";
import { answerOnce } from "./idempotency.ts";
import { callOf, type Operation, readId } from "./operation.ts";
import { operations } from "./operations.ts";
import { problemReply } from "./problems.ts";
import { redirectPaths } from "./redirect-routes.ts";
import type { Reply } from "./reply.ts";
import { Slots } from "./slots.ts";

/** Imports that may run at once: each holds its file, of at most 50 MB, in memory. */
const uploadsMost = 4;

export interface App {
  /**
   * Answers everything but redirects. Never rejects: a fault is a problem with status 500, and logged.
   *
   * @param client its address as it may be logged
   */
  fetch(request: Request, client: { clientAddress: string | null }): Promise<Response>;
  /** Forgets verified keys, so that a key revoked in this process is refused at once. */
  forgetKeys(): void;
}

interface Environment {
  Bindings: { exchange: Exchange };
}

/** Puts the application together; it holds no state but verified keys. */
export function createApp(parts: AppParts): App {
  const { config, desk, isStopping, nowMs, monotonicMs, signals } = parts;
  const gate = createAuthenticator({ config, keys: desk.store.keys, nowMs });
  const router = createRouter({ parts, gate, uploads: new Slots(uploadsMost) });
  return {
    forgetKeys: () => gate.forget(),
    fetch: async (request, { clientAddress }) => {
      const startedMs = monotonicMs();
      const { headers } = request;
      const trace = signals.requestStarted(headers.get("traceparent"));
      const requestId = requestIdOf(headers.get("x-request-id"), trace);
      const exchange: Exchange = { request, requestId, trace, ...splitAddress(request.url), route: unmatchedRoute, isProbe: false, caller: null, reply: null };
      const response = await router.fetch(request, { exchange });
      if (isStopping()) response.headers.set("Connection", "close");
      signals.requestAnswered({
        method: request.method,
        route: exchange.route,
        path: exchange.path,
        status: response.status,
        durationMs: monotonicMs() - startedMs,
        bytes: request.method === "HEAD" ? 0 : lengthOf(exchange.reply),
        requestId,
        trace,
        clientAddress,
        userAgent: headers.get("user-agent"),
        ...(exchange.errorCode === undefined ? {} : { errorCode: exchange.errorCode }),
        ...(exchange.isProbe ? { level: "debug" as const } : {}),
      });
      return response;
    },
  };
}

/** What answering needs beside the exchange. */
interface Surroundings {
  parts: AppParts;
  gate: Authenticator;
  uploads: Slots;
}

function createRouter(surroundings: Surroundings): Hono<Environment> {
  const { parts } = surroundings;
  const router = new Hono<Environment>({ strict: false });
  // Fixed paths come first: `/users/bulk` is no user's id.
  const byPath = [...Map.groupBy(operations, ({ path }) => path)].toSorted(([one], [other]) => Number(one.includes(":")) - Number(other.includes(":")));
  for (const [path, ofPath] of byPath) {
    for (const operation of ofPath) {
      router.on(operation.method.toUpperCase(), path, async (context) => {
        const { exchange } = context.env;
        return respond(await answer({ ...surroundings, exchange }, operation, context.req.param("id")), exchange);
      });
    }
    const allow = allowOf(ofPath);
    router.all(path, (context) => refuseMethod(context, path, allow));
  }
  for (const path of redirectPaths) router.all(path, (context) => refuseMethod(context, path, "GET, HEAD"));
  router.notFound((context) => respond(refusal(context.env.exchange, new Failure("route_not_found")), context.env.exchange));
  router.onError((error, context) => respond(refusalOf(parts, context.env.exchange, error), context.env.exchange));
  return router;
}

/** Answers an operation; whatever goes wrong is a reply too. */
async function answer(around: Surroundings & { exchange: Exchange }, operation: Operation, idText: string | undefined): Promise<Reply> {
  const { gate, uploads, exchange } = around;
  const parts = operation.isProbe ? around.parts : watchedParts(around.parts, exchange);
  exchange.route = operation.path;
  exchange.isProbe = operation.isProbe;
  const run = async (work: () => Promise<Reply>): Promise<Reply> => {
    try {
      return await work();
    } catch (error) {
      return refusalOf(parts, exchange, error);
    }
  };
  return run(async () => {
    exchange.caller = await gate.admit(exchange.request, operation.access);
    const id = operation.notFound ? readId(idText, operation.notFound) : 0;
    if (!operation.bodyKind) return operation.answer(callOf(parts, exchange, { id, received: null }));
    const form = bodyFormOf(exchange.request, operation.bodyKind);
    const work = async (): Promise<Reply> => {
      const received = await receiveBody(exchange.request, form);
      const call = callOf(parts, exchange, { id, received });
      if (operation.method !== "post") return operation.answer(call);
      const once = { answers: parts.desk.store.answers, nowMs: call.nowMs, report: (error: unknown) => parts.signals.unhandled(error, exchange) };
      return answerOnce(once, exchange, received, () => run(() => operation.answer(call)));
    };
    return form === "json" ? work() : uploads.run(work);
  });
}

/** The parts of a request whose spans are exported note its calls of the store. */
function watchedParts(parts: AppParts, { trace: { storeCalls } }: Exchange): AppParts {
  if (storeCalls === null) return parts;
  return { ...parts, desk: { ...parts.desk, store: watchCalls(parts.desk.store, storeCalls, parts.monotonicMs) } };
}

/** 404 for a path that only looks like a redirect, 204 for OPTIONS, else 405. */
function refuseMethod({ env: { exchange } }: Context<Environment>, path: string, allow: string): Response {
  const isRedirect = (redirectPaths as readonly string[]).includes(path);
  if (isRedirect && codeOfPath(exchange.path) === null) return respond(refusal(exchange, new Failure("route_not_found")), exchange);
  exchange.route = path;
  const { method } = exchange.request;
  if (method === "OPTIONS") return respond({ status: 204, headers: { Allow: allow }, body: null }, exchange);
  if (isRedirect && (method === "GET" || method === "HEAD")) return respond(refusal(exchange, new Failure("url_not_found")), exchange);
  const failure = new Failure("method_not_allowed", `${method.slice(0, 20)} is not allowed here; use ${allow}`, { headers: { Allow: allow } });
  return respond(refusal(exchange, failure), exchange);
}

function allowOf(ofPath: readonly Operation[]): string {
  return ofPath.flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])).join(", ");
}

function refusalOf({ signals }: AppParts, exchange: Exchange, error: unknown): Reply {
  if (error instanceof Failure) return refusal(exchange, error);
  signals.unhandled(error, exchange);
  return refusal(exchange, new Failure("internal"));
}

function refusal(exchange: Exchange, failure: Failure): Reply {
  exchange.errorCode = failure.code;
  return problemReply(failure, exchange.requestId);
}

function respond(reply: Reply, exchange: Exchange): Response {
  exchange.reply = reply;
  const headers = { "X-Request-ID": exchange.requestId, "X-Content-Type-Options": "nosniff", ...reply.headers };
  return new Response(reply.body, { status: reply.status, headers });
}

function lengthOf(reply: Reply | null): number {
  if (!reply || reply.body === null) return 0;
  return typeof reply.body === "string" ? Buffer.byteLength(reply.body) : reply.body.length;
}
