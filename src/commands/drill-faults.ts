import { type FaultOrder, noFaults, readFaultOrder } from "../desk/drill/fault-order.ts";
import { Failure } from "../errors.ts";
import { splitAddress, unmatchedRoute } from "../http/exchange.ts";
import { refuseRedirect } from "../http/missing-link.ts";
import { declaredRoutes } from "../http/operations.ts";
import type { Answering } from "../http/server.ts";
import { codeOfPath } from "../links/codes.ts";
import type { Store } from "../storage/store.ts";
import type { Signals } from "../telemetry/signals.ts";
import { requestIdOf } from "../telemetry/trace.ts";
import { createFaultMemory } from "./fault-memory.ts";

/** Time between two stalls, in milliseconds. */
const stallEveryMs = 4_000;
const probeRoutes: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics", "/prom_metrics"]);

export interface DrillFaultsParts {
  /** The secret that the drill gave this process at its start. */
  readonly token: string;
  /** Calls back for every message of the process that started this one. */
  onMessage(listener: (message: unknown) => void): void;
  /** A number from 0 to 1. */
  random(): number;
}

/** Faults of an instance that a drill started, as the drill orders them; none before its first order. */
export interface DrillFaults {
  /** A view of the store whose asynchronous calls take longer on order. */
  slowStore(store: Store): Store;
  /** Answering that fails on order. Failed requests are counted, timed and logged as a bug of ours would be. */
  failing(answer: Answering, signals: Pick<Signals, "requestStarted" | "requestAnswered" | "redirectAnswered" | "unhandled">): Answering;
}

/** Listens for the orders of a drill. Only `serve` calls this, and only where the settings allow drills and a drill started it. */
export function openDrillFaults({ token, onMessage, random }: DrillFaultsParts): DrillFaults {
  let order: FaultOrder = noFaults;
  const memory = createFaultMemory();
  setInterval(() => standStill(order.stallMs), stallEveryMs).unref();
  onMessage((message) => {
    const read = readFaultOrder(message, token);
    if (read === null) return;
    if (read.stallMs > 0 && order.stallMs === 0) setTimeout(() => standStill(read.stallMs), 0);
    order = read;
    memory.hold(read.memoryBytes);
  });
  return {
    slowStore: (store) => slowed(store, () => order.delayMs),
    failing: (answer, signals) => {
      const routeOf = createRouteFinder();
      return (request, listening) => {
        if (order.errorShare === 0 || random() >= order.errorShare) return answer(request, listening);
        const route = routeOf(request);
        return probeRoutes.has(route) ? answer(request, listening) : fail(request, route, signals);
      };
    },
  };
}

/** Holds up the serving thread as a long computation would, without using the processor of a machine that has other things to do. */
function standStill(durationMs: number): void {
  if (durationMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, durationMs);
}

/** Delays what calls of the groups of a store (`links.find`, `clicks.commit`) answer; its own methods are background work. */
function slowed(store: Store, delayMs: () => number): Store {
  const slowCall = (call: (...words: unknown[]) => unknown, owner: object): ((...words: unknown[]) => unknown) => {
    return (...words) => {
      const result = call.apply(owner, words);
      return delayMs() > 0 && result instanceof Promise ? late(result, delayMs()) : result;
    };
  };
  const slowGroup = (group: object): object =>
    new Proxy(group, {
      get: (owner, name) => {
        const member: unknown = Reflect.get(owner, name);
        return typeof member === "function" ? slowCall(member as (...words: unknown[]) => unknown, owner) : member;
      },
    });
  return new Proxy(store, {
    get: (owner, name) => {
      const member: unknown = Reflect.get(owner, name);
      if (typeof member === "function") return member.bind(owner) as unknown;
      return typeof member === "object" && member !== null ? slowGroup(member) : member;
    },
  });
}

async function late(result: Promise<unknown>, delayMs: number): Promise<unknown> {
  try {
    return await result;
  } finally {
    await Bun.sleep(delayMs);
  }
}

/** Finds the template of a request's route, as the router would; fixed paths come first. */
function createRouteFinder(): (request: Request) => string {
  const routes = declaredRoutes()
    .filter(({ route }) => route !== unmatchedRoute)
    .toSorted((one, other) => Number(one.route.includes(":")) - Number(other.route.includes(":")))
    .map(({ method, route }) => ({ method, route, pattern: new RegExp(`^${route.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`) }));
  return ({ method, url }) => {
    const { path } = splitAddress(url);
    return routes.find((each) => each.method === method && each.pattern.test(path))?.route ?? unmatchedRoute;
  };
}

function fail(request: Request, route: string, signals: Parameters<DrillFaults["failing"]>[1]): Response {
  const trace = signals.requestStarted(null);
  const requestId = requestIdOf(request.headers.get("x-request-id"), trace);
  signals.unhandled(new Error("a drill lets this request fail"), { requestId, trace });
  const { response, bytes } = refuseRedirect(request, requestId, new Failure("internal"));
  const { path } = splitAddress(request.url);
  const facts = { method: request.method, route, path, status: response.status, durationMs: 0, bytes, requestId, trace, clientAddress: null, userAgent: null };
  const isRedirect = (request.method === "GET" || request.method === "HEAD") && codeOfPath(path) !== null;
  if (isRedirect) signals.redirectAnswered({ ...facts, errorCode: "internal" }, "refused", null);
  else signals.requestAnswered({ ...facts, errorCode: "internal" });
  return response;
}
