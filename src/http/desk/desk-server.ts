import type { DeskApp } from "./desk-app.ts";

/** A connection without traffic is closed after this time, in seconds; streams send a comment more often. */
const idleTimeoutS = 30;
/** Bodies are bounded where they are read; this is the bound of what is never read, in bytes. */
const bodyBytesMost = 8 * 1_048_576;

export interface DeskServer {
  /** The port that was taken. */
  readonly port: number;
  pendingRequests(): number;
  /** Stops accepting connections; running requests go on. */
  stopAccepting(): void;
  /** Closes every connection. */
  close(): Promise<void>;
}

export interface DeskServerParts {
  readonly host: string;
  readonly port: number;
  readonly app: DeskApp;
  /** How a client's address may be logged. */
  keptAddress(address: string | null): string | null;
  /** The answer to a request whose handling threw, which is a bug. */
  fault(error: unknown): Response;
}

/** Listens for the desk. */
export function startDeskServer({ host, port, app, keptAddress, fault }: DeskServerParts): DeskServer {
  const server = Bun.serve({
    hostname: host,
    port,
    idleTimeout: idleTimeoutS,
    maxRequestBodySize: bodyBytesMost,
    development: false,
    reusePort: false,
    error: fault,
    fetch: (request, listening) => app.fetch(request, { clientAddress: keptAddress(listening.requestIP(request)?.address ?? null) }),
  });
  return {
    port: server.port as number,
    pendingRequests: () => server.pendingRequests,
    stopAccepting: () => void server.stop(),
    close: () => server.stop(true),
  };
}
