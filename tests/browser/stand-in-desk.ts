import type { Incident } from "../../src/storage/desk/incident-store.ts";
import type { PageFile, Pages } from "../../src/web/load-pages.ts";
import { answerRequest, problem } from "./answer-request.ts";
import { logLine } from "./desk-answers.ts";
import { deskIncidents } from "./desk-incidents.ts";
import { changeIncident, findIncident, newState, nowOf } from "./stand-in-state.ts";

export interface StandInDesk extends AsyncDisposable {
  readonly address: string;
  /** Sends the state to every open stream. */
  tell(): void;
  /** Something begins to burn, or ends; streams are told. */
  burn(isBurning: boolean): void;
  /** Cuts every stream, and refuses new ones until it is let again. */
  cut(isCut: boolean): void;
  /** No point is measured after this moment; null for now. */
  stopMeasuring(atMs: number | null): void;
  /** Answers these paths with a failure. */
  fail(path: string | null): void;
  /** Nothing there: every list is empty. */
  empty(isEmpty: boolean): void;
  /** Asks for a key until someone signs in. */
  lock(): void;
  find(id: number): Incident;
  /** Someone else does something meanwhile. */
  change(id: number, change: Partial<Incident>): void;
}

type Stream = ReadableStreamDefaultController<Uint8Array>;

/** The desk's API with made-up answers that remember what was done: for looking at pages without a desk. */
export function startStandInDesk(pages: Pages): StandInDesk {
  const nowMs = Date.now();
  const state = newState(nowMs);
  const streams = new Set<Stream>();
  const send = (text: string): void => {
    for (const stream of streams) stream.enqueue(new TextEncoder().encode(text));
  };
  const tell = (): void => send(`event: now\ndata: ${JSON.stringify(nowOf(state))}\n\n`);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (state.isLocked && pathname.startsWith("/api/") && pathname !== "/api/session") return problem(401, "unauthorized", "a valid key is needed");
      if (pathname === "/api/stream") return state.isCut ? new Response("", { status: 503 }) : follow(streams, tell);
      if (pathname === "/api/logs/stream") return followLog();
      if (state.failing !== null && pathname.startsWith(state.failing)) return problem(503, "store_busy", "The desk's store is locked.");
      if (pathname.startsWith("/api/")) return answerRequest(state, { request, pathname, query: searchParams, send });
      const file = pages.files.get(pathname) ?? (pathname.startsWith("/assets/") ? undefined : pages.html);
      return file === undefined ? new Response("", { status: 404 }) : fileAnswer(file);
    },
  });
  return {
    address: `http://127.0.0.1:${server.port}`,
    tell,
    burn(isBurning) {
      state.isBurning = isBurning;
      state.incidents = deskIncidents(nowMs, isBurning);
      tell();
    },
    cut(isCut) {
      state.isCut = isCut;
      if (!isCut) return;
      for (const stream of streams) stream.close();
      streams.clear();
    },
    stopMeasuring: (atMs) => void (state.endMs = atMs),
    fail: (path) => void (state.failing = path),
    empty: (isEmpty) => void (state.isEmpty = isEmpty),
    lock: () => void (state.isLocked = true),
    find: (id) => findIncident(state, id),
    change: (id, change) => void changeIncident(state, id, change),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function fileAnswer({ body, headers }: PageFile): Response {
  return new Response(body, { headers: { ...headers } });
}

const eventHeaders = { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" };

function follow(streams: Set<Stream>, tell: () => void): Response {
  let own: Stream;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller;
      streams.add(controller);
      queueMicrotask(tell);
    },
    cancel: () => void streams.delete(own),
  });
  return new Response(body, { headers: eventHeaders });
}

/** Ten lines at once. */
function followLog(): Response {
  const lines = Array.from({ length: 10 }, (_, index) => `event: line\ndata: ${JSON.stringify(logLine(Date.now(), index))}\n\n`);
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode(lines.join(""))) });
  return new Response(body, { headers: eventHeaders });
}
