import { OperatorError } from "../errors.ts";

/** Where a program listens, and the setting that its port comes from. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly portSetting: "PORT" | "DESK_PORT";
}

/** What can be drained: a server that stops accepting and knows its running requests. */
export interface Drainable {
  stopAccepting(): void;
  pendingRequests(): number;
}

/** How often running requests are looked at while they finish, in milliseconds. */
const drainLookMs = 5;

/** Starts to listen. @throws OperatorError that says why nobody can listen there, and what to choose instead */
export function listen<Server>({ host, port, portSetting }: Place, start: () => Server): Server {
  try {
    return start();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "EADDRINUSE") throw new OperatorError(`Port ${port} on ${host} is taken: stop what listens there, or choose another ${portSetting}.`);
    throw new OperatorError(`Nothing can listen on ${host}:${port} (${code || (error as Error).message}): choose another HOST or ${portSetting}.`);
  }
}

/** Address of a server, such as `http://127.0.0.1:8080` or `http://[::1]:8080`. */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Stops accepting and waits for running requests, at most `timeoutMs`. */
export async function drain(server: Drainable, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  server.stopAccepting();
  while (server.pendingRequests() > 0 && performance.now() < deadlineMs) await Bun.sleep(drainLookMs);
}
