import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Config, isLoopback } from "../config.ts";
import { createDesk, type Desk } from "../desk/desk.ts";
import { createDeskMetrics } from "../desk/desk-metrics.ts";
import { Failure, OperatorError } from "../errors.ts";
import { createDeskApp } from "../http/desk/desk-app.ts";
import type { ServedPages } from "../http/desk/desk-app-parts.ts";
import { type DeskServer, startDeskServer } from "../http/desk/desk-server.ts";
import { problemReply } from "../http/problems.ts";
import { keptAddress } from "../links/visitor.ts";
import { storeFailureOf } from "../storage/sqlite/database.ts";
import { openDeskStores } from "../storage/sqlite/desk/open-desk-stores.ts";
import { lockFolder } from "../storage/sqlite/lock.ts";
import { createLog, type Log } from "../telemetry/log.ts";
import { createLogSink } from "../telemetry/log-sink.ts";
import { requestIdOf, continueTrace } from "../telemetry/trace.ts";
import { version } from "../version.ts";
import { loadPages } from "../web/load-pages.ts";
import { awaitStop } from "./await-stop.ts";
import { launchSelf } from "./launch-self.ts";
import { addressOf, drain, listen } from "./listen.ts";

export const watchHelp = `srenity watch: the incident desk

  srenity watch

Watches WATCH_TARGETS, or the link service beside it, opens incidents, tells people and keeps what happened, until SIGTERM or
SIGINT. It has its own database in DATA_DIR/desk and its own port, DESK_PORT. Settings come from the environment, see
docs/configuration.md. \`srenity up\` runs it under supervision, beside the link service.`;

/** Folder of the desk below DATA_DIR: it shares nothing with the link service. */
const deskFolder = "desk";
/** How long running requests may take at the end, the log to be written, and all of it together, in milliseconds. */
const drainTimeoutMs = 1_000;
const logFlushMs = 1_000;
const stopTimeoutMs = 8_000;

/** Runs the incident desk until a signal stops it; returns its exit status. */
export async function runWatch(args: string[], config: Config): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: "boolean", short: "h" } } });
  if (values.help) {
    console.log(watchHelp);
    return 0;
  }
  refuseOpenDesk(config);
  const folder = join(config.DATA_DIR, deskFolder);
  const lock = lockFolder(folder);
  const desk = openDeskProgram(config, folder);
  const reason = await awaitStop(desk.address);
  await desk.stop(reason);
  lock.release();
  return 0;
}

/** An address that others reach needs keys, unless the operator says otherwise. @throws OperatorError */
function refuseOpenDesk({ AUTH, AUTH_KEYS, HOST }: Config): void {
  if (AUTH === "off" || AUTH_KEYS.length > 0 || (AUTH === "auto" && isLoopback(HOST))) return;
  throw new OperatorError(
    `HOST=${HOST} would let anyone into the incident desk: set AUTH_KEYS (the desk knows no keys of \`srenity key\`), or AUTH=off if something in front of it asks for keys.`,
  );
}

interface DeskProgram {
  /** Where it answers, such as `http://127.0.0.1:8081`. */
  readonly address: string;
  stop(reason: string): Promise<void>;
}

/** Puts the desk together and starts it. @throws OperatorError for whatever keeps it from watching */
function openDeskProgram(config: Config, folder: string): DeskProgram {
  const nowMs = Date.now;
  const monotonicMs = (): number => performance.now();
  const sink = createLogSink({ fileDescriptor: 1, onDropped: () => undefined, onRecovered: () => undefined });
  const log = createLog({ level: config.LOG_LEVEL, sink, nowMs });
  const metrics = createDeskMetrics({ version, runtime: `bun ${Bun.version}`, startedAtMs: nowMs() });
  const opened = openDeskStores(folder, { nowMs: nowMs(), freshKey: crypto.getRandomValues(new Uint8Array(32)) });
  if (opened.damaged) log.error({ ...opened.damaged }, "the desk's database was damaged: it was moved aside, and the desk begins afresh");
  const state = { isStopping: false, address: "" };
  const deskUrl = (): string => config.DESK_URL ?? state.address;
  const desk = createDesk({ config, stores: opened.stores, metrics, log, version, nowMs, monotonicMs, random: Math.random, deskUrl, launch: launchSelf });
  if (opened.damaged) tellDamage({ incidents: desk.incidents, nowMs }, opened.damaged);
  const pages = lazyPages(log);
  const app = createDeskApp({
    config,
    desk,
    metrics,
    log,
    version,
    pages,
    nowMs,
    monotonicMs,
    deskUrl,
    checkStore: () => checkStore(opened),
    failureOf: storeFailureOf,
    isStopping: () => state.isStopping,
  });
  const server = listen({ host: config.HOST, port: config.DESK_PORT, portSetting: "DESK_PORT" }, () =>
    startDeskServer({
      host: config.HOST,
      port: config.DESK_PORT,
      app,
      keptAddress: (address) => keptAddress(address, config.CLIENT_ADDRESS),
      fault: faultReply(log),
    }),
  );
  state.address = addressOf(config.HOST, server.port);
  for (const name of ["unhandledRejection", "uncaughtException"]) process.on(name, (error: unknown) => log.error({ error }, "an error that no code expected"));
  desk.start();
  log.info({ desk: state.address, version, pid: process.pid }, "the incident desk watches");
  return {
    address: state.address,
    stop: async (reason) => {
      state.isStopping = true;
      log.info({ reason }, "the incident desk stops");
      setTimeout(() => process.exit(1), stopTimeoutMs).unref();
      await drainAll(server);
      await desk.stop();
      opened.close();
      log.info({ program: "desk", pid: process.pid }, "the incident desk has stopped");
      await sink.flush(logFlushMs);
    },
  };
}

/** What was lost is an incident of the desk's own: a line in the log at a start is read by nobody. */
function tellDamage({ incidents, nowMs }: { incidents: Desk["incidents"]; nowMs(): number }, { copy, fault }: { copy: string; fault: string }): void {
  const act = { author: "desk", nowMs: nowMs() };
  const { id } = incidents.declare({ title: "The desk's database was damaged, and the desk began afresh", severity: "ticket", service: "incident-desk" }, act);
  incidents.note(id, `The damaged file is kept as ${copy}. What was found: ${fault}`, act);
}

function checkStore({ check }: { check(): void }): string | null {
  try {
    check();
    return null;
  } catch (error) {
    const failure = storeFailureOf(error);
    return failure instanceof Error ? failure.message : String(failure);
  }
}

/** Pages are built or read when they are first asked for; a failure is told once, and tried again at the next request. */
function lazyPages(log: Log): () => Promise<ServedPages | null> {
  let loading: Promise<ServedPages | null> | null = null;
  return () => {
    loading ??= loadPages("desk").catch((error: unknown) => {
      log.error({ error }, "the desk's pages cannot be loaded; the API and the status page go on");
      loading = null;
      return null;
    });
    return loading;
  };
}

function faultReply(log: Log): (error: unknown) => Response {
  return (error) => {
    const requestId = requestIdOf(null, continueTrace(null));
    log.error({ error, request_id: requestId }, "a request met an unexpected fault");
    const { status, headers, body } = problemReply(new Failure("internal"), requestId);
    return new Response(body, { status, headers });
  };
}

/** Stops accepting, waits a little for running requests, and cuts off the streams, which never end by themselves. */
async function drainAll(server: DeskServer): Promise<void> {
  await drain(server, drainTimeoutMs);
  await server.close();
}
