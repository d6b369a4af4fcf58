import { codeOfPath } from "../links/codes.ts";
import type { Redirect } from "../links/redirect.ts";
import { type AddressPrivacy, keptAddress } from "../links/visitor.ts";
import type { App } from "./app.ts";

/** A connection without traffic is closed after this time, in seconds. */
const idleTimeoutS = 30;
/** Bodies are bounded where they are read, with a readable answer; this is the bound of what is never read, in bytes. */
const bodyBytesMost = 256 * 1_048_576;

/** Answers one request; `listening` knows who asks. */
export type Answering = (request: Request, listening: Pick<Bun.Server<undefined>, "requestIP">) => Response | Promise<Response>;

export interface ServerParts {
  host: string;
  port: number;
  redirect: Redirect;
  app: App;
  addressPrivacy: AddressPrivacy;
  /** The answer to a request whose handling threw, which is a bug. */
  fault(error: unknown): Response;
  /** Put around answering once, at the start; absent, nothing is. */
  around?: (answer: Answering) => Answering;
}

export interface LinkServer {
  /** The port that was taken. */
  port: number;
  /** Requests being answered. */
  pendingRequests(): number;
  /** Stops accepting connections; running requests go on. */
  stopAccepting(): void;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** Listens: a path that asks for a code is redirected, everything else goes to the application. */
export function startServer({ host, port, redirect, app, addressPrivacy, fault, around }: ServerParts): LinkServer {
  const answer: Answering = (request, listening) => {
    const { url, method } = request;
    const start = url.indexOf("/", 8);
    const query = url.indexOf("?", start);
    const path = query === -1 ? url.slice(start) : url.slice(start, query);
    const clientAddress = addressPrivacy === "none" ? null : (listening.requestIP(request)?.address ?? null);
    if (method === "GET" || method === "HEAD") {
      const code = codeOfPath(path);
      if (code !== null) return redirect(request, path, code, clientAddress);
    }
    return app.fetch(request, { clientAddress: keptAddress(clientAddress, addressPrivacy) });
  };
  const server = Bun.serve({
    hostname: host,
    port,
    idleTimeout: idleTimeoutS,
    maxRequestBodySize: bodyBytesMost,
    development: false,
    // Bun shares the port outside development: a second instance would quietly take half of the requests.
    reusePort: false,
    error: fault,
    fetch: around === undefined ? answer : around(answer),
  });
  return {
    port: server.port as number,
    pendingRequests: () => server.pendingRequests,
    stopAccepting: () => void server.stop(),
    close: () => server.stop(true),
  };
}
