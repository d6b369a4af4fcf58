import { parseArgs } from "node:util";
import { type Config, drillToken, isLoopback } from "../config.ts";
import { Failure, OperatorError } from "../errors.ts";
import { createApp } from "../http/app.ts";
import { refuseRedirect } from "../http/missing-link.ts";
import { problemReply } from "../http/problems.ts";
import { declaredRoutes } from "../http/operations.ts";
import { type Answering, startServer } from "../http/server.ts";
import { ClickRecorder } from "../links/click-recorder.ts";
import { LinkCache } from "../links/link-cache.ts";
import { createRedirect } from "../links/redirect.ts";
import type { LinkDesk } from "../links/shorten.ts";
import { lockFolder } from "../storage/sqlite/lock.ts";
import { openSqliteSpool } from "../storage/sqlite/spool.ts";
import type { Store } from "../storage/store.ts";
import { storeOperations } from "../storage/store-operations.ts";
import { loadSpanExporter } from "../telemetry/load-span-exporter.ts";
import { createTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { continueTrace, requestIdOf } from "../telemetry/trace.ts";
import { version } from "../version.ts";
import { awaitStop } from "./await-stop.ts";
import type { DrillFaults } from "./drill-faults.ts";
import { keepHouse } from "./keep-house.ts";
import { addressOf, drain, listen } from "./listen.ts";
import { openStore } from "./open-store.ts";

export const serveHelp = `srenity serve: the link service

  srenity serve

Serves the REST API and the redirects from DATA_DIR until SIGTERM or SIGINT. Settings come from the environment,
see docs/configuration.md. \`srenity up\` runs it under supervision.`;

/** How long the log may take to be written at the end, in milliseconds. */
const logFlushMs = 1_000;
/** Beyond the drain, how long stopping may take before the process ends anyway, in milliseconds. */
const stopGraceMs = 2_000;

/** Runs the link service until a signal stops it; returns its exit status. */
export async function runServe(args: string[], config: Config): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: "boolean", short: "h" } } });
  if (values.help) {
    console.log(serveHelp);
    return 0;
  }
  const lock = lockFolder(config.DATA_DIR);
  const service = await openService(config);
  await service.stop(await awaitStop(service.address));
  lock.release();
  return 0;
}

export interface LinkService {
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  address: string;
  /** Drains, flushes and closes; `reason` is logged. */
  stop(reason: string): Promise<void>;
}

/** Puts the link service together and starts it. @throws OperatorError for whatever keeps it from serving */
export async function openService(config: Config): Promise<LinkService> {
  const nowMs = Date.now;
  const monotonicMs = (): number => performance.now();
  const telemetry = createTelemetry({
    config,
    version,
    runtime: `bun ${Bun.version}`,
    routes: declaredRoutes(),
    operations: storeOperations,
    openSpanExporter: await loadSpanExporter(config),
    fileDescriptor: 1,
    nowMs,
    monotonicMs,
  });
  const { signals } = telemetry;
  const faults = await loadDrillFaults(config);
  const opened = await openStore(config, {
    observe: (operation, durationMs, code, cause) => {
      if (code === null) signals.storeAnswered(operation, durationMs);
      else signals.storeFailed(operation, code as Parameters<typeof signals.storeFailed>[1], cause);
    },
  });
  const store = faults === null ? opened : faults.slowStore(opened);
  await refuseOpenDoor(config, store);
  const spool = openSqliteSpool(config.DATA_DIR);
  const recorder = new ClickRecorder({ store, spool, signals, newBatchId: () => crypto.randomUUID(), monotonicMs });
  const cache = new LinkCache(config.CACHE_ENTRIES);
  const hosts = new Set<string>();
  const desk: LinkDesk = { store, cache, random: (length) => crypto.getRandomValues(new Uint8Array(length)), ownHosts: hosts, dedupes: config.DEDUPE };
  const state = { isStopping: false, address: "" };
  const isStopping = (): boolean => state.isStopping;
  const baseUrl = (): string => config.BASE_URL ?? state.address;
  const app = createApp({ config, desk, signals, metrics: telemetry.metrics, summary: telemetry.summary, version, isStopping, nowMs, monotonicMs, baseUrl });
  store.onForeignChange(() => {
    cache.clear();
    app.forgetKeys();
  });
  const redirect = createRedirect({
    store,
    cache,
    recorder,
    signals,
    addressPrivacy: config.CLIENT_ADDRESS,
    refuse: refuseRedirect,
    isStopping,
    nowMs,
    monotonicMs,
  });
  const fault = faultReply(signals);
  const around = faults === null ? {} : { around: (answer: Answering) => faults.failing(answer, signals) };
  const { HOST: host, PORT: port, CLIENT_ADDRESS: addressPrivacy } = config;
  const server = listen({ host, port, portSetting: "PORT" }, () => startServer({ host, port, redirect, app, addressPrivacy, fault, ...around }));
  state.address = addressOf(config.HOST, server.port);
  for (const host of ownHosts(config, server.port)) hosts.add(host);
  const house = keepHouse({ config, store, cache, spool, telemetry, nowMs, monotonicMs });
  watchUnhandled(telemetry);
  telemetry.start();
  signals.started({ address: state.address, version, pid: process.pid });
  return {
    address: state.address,
    stop: async (reason) => {
      state.isStopping = true;
      signals.stopping(reason);
      setTimeout(() => process.exit(1), config.DRAIN_TIMEOUT_MS + stopGraceMs).unref();
      await drain(server, config.DRAIN_TIMEOUT_MS);
      await house.stop();
      await recorder.stop();
      await server.close();
      spool.close();
      await store.close();
      signals.stopped({ pid: process.pid });
      await telemetry.stop(logFlushMs);
    },
  };
}

/** Faults on order, for an instance that a drill started where drills are allowed; for every other one they are not even loaded. */
async function loadDrillFaults({ DRILLS }: Config): Promise<DrillFaults | null> {
  const token = drillToken();
  if (!DRILLS || token === null || process.send === undefined) return null;
  const { openDrillFaults } = await import("./drill-faults.ts");
  return openDrillFaults({ token, onMessage: (listener) => process.on("message", listener), random: Math.random });
}

/** An address that others reach needs keys, unless the operator says otherwise. */
async function refuseOpenDoor(config: Config, store: Store): Promise<void> {
  if (config.AUTH === "off" || (config.AUTH === "auto" && isLoopback(config.HOST))) return;
  const keys = await store.keys.list();
  if (config.AUTH_KEYS.length > 0 || keys.some(({ revokedAtMs }) => revokedAtMs === null)) return;
  throw new OperatorError(
    `HOST=${config.HOST} would let anyone in: make a key with \`srenity key create --name NAME\`, or set AUTH_KEYS, or AUTH=off if something in front of it asks for keys.`,
  );
}

/** The answer to a request whose handling threw, which is a bug. */
function faultReply(signals: Telemetry["signals"]): (error: unknown) => Response {
  return (error) => {
    const trace = continueTrace(null);
    const requestId = requestIdOf(null, trace);
    signals.unhandled(error, { requestId, trace });
    const { status, headers, body } = problemReply(new Failure("internal"), requestId);
    return new Response(body, { status, headers });
  };
}

/** Hosts under which our own short links are reached; a link to one of them would loop. */
function ownHosts(config: Config, port: number): string[] {
  const names = isLoopback(config.HOST) || config.HOST === "0.0.0.0" || config.HOST === "::" ? ["127.0.0.1", "localhost", "[::1]"] : [config.HOST];
  const hosts = names.map((name) => new URL(`http://${name}:${port}`).host);
  return config.BASE_URL ? [...hosts, new URL(config.BASE_URL).host] : hosts;
}

/** A rejection nobody handles is a bug: it is counted and logged, and the service goes on. */
function watchUnhandled({ signals }: Telemetry): void {
  process.on("unhandledRejection", (error) => signals.unhandled(error));
  process.on("uncaughtException", (error) => signals.unhandled(error));
}
