import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../config.ts";
import { exitConfig } from "../errors.ts";
import { createLogSink } from "../telemetry/log-sink.ts";
import { createBoundedLogFile } from "./bounded-log-file.ts";
import { supervise, type SupervisedProgram } from "./supervise.ts";

export const upHelp = `srenity up: the whole product under supervision

  srenity up

Runs the link service and the incident desk, starts each again when it dies, and stops both on SIGTERM or SIGINT.
What the link service logs is also kept in DATA_DIR/logs, where the desk reads it.`;

/** Beyond the drain, how long a program may take to stop before it is killed, in milliseconds. */
const killAfterMs = 5_000;
/** How long the desk waits for a link service that takes a free port, to know which, in milliseconds. */
const addressTimeoutMs = 10_000;
/** How long the last lines may take to be written, in milliseconds. */
const flushMs = 1_000;
/** The log of the link service, below DATA_DIR. */
const logPath = ["logs", "link-service.log"] as const;

/** Supervises both programs until a signal; returns the exit status. */
export async function runUp(args: string[], config: Config): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: "boolean", short: "h" } } });
  if (values.help) {
    console.log(upHelp);
    return 0;
  }
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => stopping.abort());
  const terminal = createLogSink({ fileDescriptor: 1, onDropped: () => undefined, onRecovered: () => undefined });
  const file = createBoundedLogFile(join(config.DATA_DIR, ...logPath), () => performance.now());
  const decoder = new TextDecoder();
  const show = (lines: Uint8Array): void => terminal.write(decoder.decode(lines));
  const link = linkService(config, (lines) => {
    show(lines);
    file.write(lines);
  });
  const serving = supervise(link.program, stopping.signal).finally(() => stopping.abort());
  const watching = watchWhenReady(incidentDesk(config, link, show), link.answered, stopping.signal);
  const [status, deskStatus] = await Promise.all([serving, watching]);
  await Promise.all([terminal.flush(flushMs), file.close(flushMs)]);
  return status === 0 ? deskStatus : status;
}

interface SupervisedLink {
  readonly program: SupervisedProgram;
  /** Resolves when it answered for the first time. */
  readonly answered: Promise<void>;
  /** Port that it took; the one of the settings until it did. */
  port(): number;
}

function linkService(config: Config, onOutput: (lines: Uint8Array) => void): SupervisedLink {
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  let port = config.PORT;
  let isGreeted = false;
  return {
    answered,
    port: () => port,
    program: {
      name: "link service",
      command: "serve",
      stopWithinMs: config.DRAIN_TIMEOUT_MS + killAfterMs,
      // Started again, it answers where it did before.
      environment: () => ({ PORT: String(port) }),
      onOutput,
      onAddress: (address) => {
        port = Number(new URL(address).port) || port;
        if (!isGreeted) greet(address);
        isGreeted = true;
        resolve();
      },
    },
  };
}

function incidentDesk(config: Config, link: SupervisedLink, onOutput: (lines: Uint8Array) => void): SupervisedProgram {
  const isNeighbour = config.WATCH_TARGETS.length === 0;
  let port = config.DESK_PORT;
  let isGreeted = false;
  return {
    name: "incident desk",
    command: "watch",
    stopWithinMs: config.DRAIN_TIMEOUT_MS + killAfterMs,
    environment: () => ({
      PORT: String(link.port()),
      DESK_PORT: String(port),
      ...(isNeighbour && config.WATCH_LOGS.length === 0 ? { WATCH_LOGS: join(config.DATA_DIR, ...logPath) } : {}),
    }),
    onOutput,
    onAddress: (address) => {
      port = Number(new URL(address).port) || port;
      if (!isGreeted) console.error(`  The incident desk is at ${address}\n`);
      isGreeted = true;
    },
  };
}

/** Runs the desk once it can know where the link service is. A desk that cannot start takes no redirect with it, and says so. */
async function watchWhenReady(desk: SupervisedProgram, answered: Promise<void>, stop: AbortSignal): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, addressTimeoutMs);
    stop.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([answered, late]);
  clearTimeout(timer);
  if (stop.aborted) return 0;
  const status = await supervise(desk, stop);
  if (status !== exitConfig || stop.aborted) return status;
  console.error("The incident desk does not run: nobody watches the link service until that is mended and `srenity up` is started again.");
  return 0;
}

function greet(address: string): void {
  console.error(`
  SREnity is up.

    shorten a link   curl ${address}/urls -H 'Content-Type: application/json' -d '{"user_id": 1, "original_url": "https://example.com"}'
                     (make a user first: POST ${address}/users with username and email)
    reference        ${address}/docs
    health           ${address}/ready
    metrics          ${address}/prom_metrics

  Ctrl-C stops it.
`);
}
