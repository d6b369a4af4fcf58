import { Failure } from "../errors.ts";
import type { RedirectTarget, Store } from "../storage/store.ts";
import type { CacheResult, RedirectOutcome } from "../telemetry/metric-catalogue.ts";
import type { RequestFacts, Signals } from "../telemetry/signals.ts";
import { requestIdOf } from "../telemetry/trace.ts";
import { watchCalls } from "../telemetry/watch-calls.ts";
import { codeLengthLimit } from "./codes.ts";
import type { ClickFate, ClickRecorder } from "./click-recorder.ts";
import type { Known, LinkCache } from "./link-cache.ts";
import { type AddressPrivacy, isBotAgent, keptAddress } from "./visitor.ts";

export interface RedirectParts {
  store: Store;
  cache: LinkCache;
  recorder: ClickRecorder;
  signals: Signals;
  addressPrivacy: AddressPrivacy;
  /** The answer to a link that does not redirect: a page for browsers, a problem for programs. */
  refuse(request: Request, requestId: string, failure: Failure): { response: Response; bytes: number };
  /** Whether connections are to be closed after their answer, because the service stops. */
  isStopping(): boolean;
  nowMs(): number;
  monotonicMs(): number;
}

/** Longest referrer and user agent that are kept, in characters. */
const referrerMost = 512;
const userAgentMost = 512;

/** Answers one redirect: the link is found in the cache or the store, it is decided, its click is committed, then the reply goes out. */
export type Redirect = (request: Request, path: string, code: string, clientAddress: string | null) => Response | Promise<Response>;

/** One redirect on its way, and what will be said of it: one object from arrival to log line. */
interface Passage extends RequestFacts {
  request: Request;
  startedMs: number;
  cacheResult: CacheResult;
}

export function createRedirect(parts: RedirectParts): Redirect {
  const { store, cache, recorder, signals, addressPrivacy, nowMs, monotonicMs } = parts;

  return (request, path, code, clientAddress) => {
    const { headers } = request;
    const trace = signals.requestStarted(headers.get("traceparent"));
    const passage: Passage = {
      request,
      startedMs: monotonicMs(),
      cacheResult: "hit",
      method: request.method,
      route: routeOf(path),
      path,
      status: 302,
      durationMs: 0,
      bytes: 0,
      requestId: requestIdOf(headers.get("x-request-id"), trace),
      trace,
      clientAddress: keptAddress(clientAddress, addressPrivacy),
      userAgent: headers.get("user-agent"),
    };
    const known = cache.get(code);
    if (known === undefined) return lookUp(passage, code);
    if (known === null) passage.cacheResult = "negative_hit";
    try {
      return decide(passage, known);
    } catch (error) {
      return fail(passage, error);
    }
  };

  async function lookUp(passage: Passage, code: string): Promise<Response> {
    passage.cacheResult = "miss";
    if (code.length > codeLengthLimit) return decide(passage, null);
    const changesBefore = cache.changes;
    const { storeCalls } = passage.trace;
    const { links } = storeCalls === null ? store : watchCalls(store, storeCalls, monotonicMs);
    try {
      const known = await links.find(code);
      cache.remember(code, known, changesBefore);
      return await decide(passage, known);
    } catch (error) {
      return fail(passage, error);
    }
  }

  function decide(passage: Passage, link: Known): Response | Promise<Response> {
    if (link === null) return refuse(passage, "not_found", new Failure("url_not_found"));
    if (!link.isActive) return refuse(passage, "inactive", new Failure("url_not_found"));
    const atMs = nowMs();
    if (link.expiresAtMs !== null && link.expiresAtMs <= atMs) return refuse(passage, "expired", new Failure("url_not_found"));
    if (passage.method === "HEAD") return send(passage, link);
    return new Promise((resolve) => {
      const { userAgent, clientAddress, trace } = passage;
      const recordedMs = trace.storeCalls === null ? 0 : monotonicMs();
      recorder.record(
        {
          urlId: link.id,
          destinationVersion: link.destinationVersion,
          isLimited: link.isLimited,
          atMs,
          isBot: isBotAgent(userAgent),
          referrer: cut(passage.request.headers.get("referer"), referrerMost),
          userAgent: cut(userAgent, userAgentMost),
          clientAddress,
        },
        (fate) => {
          trace.storeCalls?.push({ operation: "clicks.commit", startedMs: recordedMs, endedMs: monotonicMs(), hasFailed: fate !== "kept" });
          resolve(answer(passage, link, fate));
        },
      );
    });
  }

  /** The answer once the click is settled. Never throws: the others of its batch must not wait for a fault of this one. */
  function answer(passage: Passage, link: RedirectTarget, fate: ClickFate): Response | Promise<Response> {
    try {
      return fate === "kept" ? send(passage, link) : turnedAway(passage, fate);
    } catch (error) {
      return Promise.try(fail, passage, error);
    }
  }

  function send(passage: Passage, link: RedirectTarget): Response {
    const headers: Record<string, string> = { Location: locationOf(link.originalUrl), "Cache-Control": "private, no-store", "X-Request-ID": passage.requestId };
    if (parts.isStopping()) headers["Connection"] = "close";
    const response = new Response(null, { status: 302, headers });
    report(passage, "found");
    return response;
  }

  function turnedAway(passage: Passage, fate: Exclude<ClickFate, "kept">): Response {
    if (fate === "used_up") return refuse(passage, "used_up", new Failure("url_not_found"));
    return refuse(passage, "refused", new Failure("store_busy"));
  }

  /** The answer to a request that met an error; one nobody expected is logged under its ids. */
  function fail(passage: Passage, error: unknown): Response {
    if (!(error instanceof Failure)) signals.unhandled(error, passage);
    return refuse(passage, "refused", error instanceof Failure ? error : new Failure("internal"));
  }

  function refuse(passage: Passage, outcome: RedirectOutcome, failure: Failure): Response {
    const { response, bytes } = parts.refuse(passage.request, passage.requestId, failure);
    passage.status = response.status;
    passage.bytes = bytes;
    passage.errorCode = failure.code;
    report(passage, outcome);
    return response;
  }

  function report(passage: Passage, outcome: RedirectOutcome): void {
    passage.durationMs = monotonicMs() - passage.startedMs;
    signals.redirectAnswered(passage, outcome, passage.cacheResult);
  }
}

/** The template of a redirect's path, for metrics and log. */
function routeOf(path: string): string {
  if (path.startsWith("/urls/")) return "/urls/:code/redirect";
  if (path.startsWith("/r/")) return "/r/:code";
  return path.startsWith("/s/") ? "/s/:code" : "/:code";
}

function cut(text: string | null, most: number): string | null {
  return text !== null && text.length > most ? text.slice(0, most) : text;
}

/** A destination as a header may carry it: as it was given, or percent-encoded where it is not ASCII. */
function locationOf(url: string): string {
  return /[^\u0021-\u007e]/.test(url) ? new URL(url).href : url;
}
