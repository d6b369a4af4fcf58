import { closeSync, openSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { onEnd } from "./cleanup.ts";

/** Servers run on one core and the load on another, so that neither takes the other's time. */
const serverCore = 0;
export const loadCore = Math.min(1, cpus().length - 1);

/** Longest that a server may take to answer for the first time, in milliseconds. */
const startTimeoutMs = 60_000;
/** Longest that a server may take to end after SIGTERM, in milliseconds. */
const stopTimeoutMs = 15_000;
const pollMs = 20;

export interface ServerCommand {
  name: string;
  command: string[];
  port: number;
  environment?: Record<string, string>;
  /** Path that answers once the server is up. */
  probePath?: string;
}

export interface PinnedServer {
  name: string;
  pid: number;
  url: string;
  /** Ends the server, by force when it does not go in time. */
  stop(): Promise<void>;
}

/** A port that is free now. */
export function findFreePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

async function waitUntilUp(url: string, hasEnded: () => boolean, logPath: string): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs && !hasEnded()) {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer !== null && answer.status < 500) return;
    await Bun.sleep(pollMs);
  }
  const log = await Bun.file(logPath).text();
  throw new Error(`${url} did not answer:\n${log.slice(-2_000)}`);
}

/**
 * Starts a server on its core, with its log in a file of `folder`, and waits until it answers.
 *
 * @throws Error with the end of its log when it ends or stays silent
 */
export async function startServer(wanted: ServerCommand, folder: string): Promise<PinnedServer> {
  const { name, command, port, environment = {}, probePath = "/" } = wanted;
  const logPath = join(folder, `${name.replaceAll(/\W+/g, "-")}-${port}.log`);
  const log = openSync(logPath, "w");
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin`, ...environment };
  const child = Bun.spawn(["taskset", "-c", String(serverCore), ...command], { env, stdin: "ignore", stdout: log, stderr: log });
  closeSync(log);
  onEnd(() => child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  await waitUntilUp(`${url}${probePath}`, () => child.exitCode !== null, logPath);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await child.exited;
    clearTimeout(timer);
  };
  return { name, pid: child.pid, url, stop };
}
