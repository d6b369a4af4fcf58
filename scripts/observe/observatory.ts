import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { realTime, timeScale } from "../../src/alerting/time-scale.ts";
import { type Addresses, readAddresses } from "../generate/addresses.ts";
import { createAlertInbox } from "./alert-inbox.ts";
import { awaitWatched } from "./await-watched.ts";
import { chooseAddresses, type MovedPart } from "./choose-addresses.ts";
import { startMailSink } from "./mail-sink.ts";
import type { MonitoringProgram } from "./monitoring-program.ts";
import { startMonitoring } from "./monitoring-stack.ts";
import { type ObservedService, startObservedService } from "./observed-service.ts";
import type { ObserveOptions } from "./read-options.ts";
import { startDesk } from "./start-desk.ts";
import { startTraffic, type TrafficFigures } from "../../src/desk/drill/traffic.ts";

/** Most mails that are kept to be read. */
const mailsMost = 200;
/** How often the monitoring programs are looked after, in milliseconds. */
const lookEveryMs = 1_000;
/** Last lines of a program that died which are shown. */
const linesShown = 8;
/** With shortened times an hour is a minute, and Prometheus looks every second. */
const fastFactor = 1 / 60;
const fastIntervalS = 1;

/** Everything that `npm run observe` runs. */
export interface Observatory {
  readonly addresses: Addresses;
  readonly moved: readonly MovedPart[];
  readonly service: ObservedService;
  readonly programs: readonly WatchedProgram[];
  traffic(): TrafficFigures | null;
  /** Starts again whatever has died. */
  revive(): Promise<void>;
  /** Stops everything; nothing of it runs afterwards. */
  stop(): Promise<void>;
}

export interface WatchedProgram {
  readonly name: string;
  readonly program: MonitoringProgram;
  isDead: boolean;
}

interface ObservatoryParts {
  options: Pick<ObserveOptions, "isFast" | "requestsPerSecond" | "restartAfterS" | "takesFreePorts">;
  /** Folder of all state. */
  folder: string;
  /** Shows a sentence to the person at the terminal. */
  say: (text: string) => void;
  nowMs: () => number;
  random: () => number;
}

/** Starts everything on this machine. @throws Error that says what could not start; what had started is stopped */
export async function startObservatory({ options, folder, say, nowMs, random }: ObservatoryParts): Promise<Observatory> {
  mkdirSync(folder, { recursive: true });
  const { addresses, moved } = await chooseAddresses(readAddresses(), options.takesFreePorts);
  const portOf = (address: string): number => Number(new URL(address).port);
  const inbox = createAlertInbox(nowMs);
  const state = { isStopping: false };
  const watched: WatchedProgram[] = [];
  const revive = async (): Promise<void> => {
    if (state.isStopping) return;
    try {
      await reviveDead(service, watched, say);
    } catch (error) {
      say((error as Error).message);
    }
  };
  await using started = new AsyncDisposableStack();

  const sink = await startMailSink({ port: portOf(`smtp://${addresses.mailServer}`), keepMost: mailsMost, nowMs });
  started.defer(() => sink.stop());
  const service = await startObservedService({
    folder,
    port: portOf(addresses.linkService),
    nowMs,
    onDeath: (how, lastLines) => {
      if (state.isStopping) return;
      say(deathNotice(`The link service is dead (${how})`, lastLines.join("\n")));
      if (options.restartAfterS !== null) setTimeout(() => void revive(), options.restartAfterS * 1000);
    },
  });
  started.defer(() => service.stop());
  const present = () => ({
    addresses,
    service: { pid: service.pid, diedAtMs: service.diedAtMs },
    deadPrograms: watched.filter(({ isDead }) => isDead).map(({ name }) => name),
    traffic: traffic?.figures() ?? null,
  });
  const traffic =
    options.requestsPerSecond === 0 ? null : startTraffic({ address: addresses.linkService, requestsPerSecond: options.requestsPerSecond, random });
  started.defer(async () => traffic?.stop());
  const desk = startDesk({ port: portOf(addresses.desk), inbox, mails: () => sink.mails(), present, nowMs });
  started.defer(() => desk.stop());
  const monitoring = await startMonitoring({
    folder: join(folder, "monitoring"),
    addresses,
    scale: options.isFast ? timeScale(fastFactor, fastIntervalS) : realTime,
  });
  started.defer(() => monitoring.stop());
  watched.push({ name: "Prometheus", program: monitoring.prometheus, isDead: false });
  watched.push({ name: "Alertmanager", program: monitoring.alertmanager, isDead: false });
  const watch = setInterval(() => !state.isStopping && lookAfter(watched, say), lookEveryMs);
  started.defer(async () => clearInterval(watch));

  await awaitWatched({ prometheus: addresses.prometheus, alertmanager: addresses.alertmanager, nowMs });

  const running = started.move();
  return {
    addresses,
    moved,
    service,
    programs: watched,
    traffic: () => traffic?.figures() ?? null,
    revive,
    stop: async () => {
      state.isStopping = true;
      await running.disposeAsync();
    },
  };
}

function deathNotice(sentence: string, output: string): string {
  const lines = output.trimEnd().split("\n").slice(-linesShown);
  return `\n${sentence}. Its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}\n  Type r and Enter to start it again.\n`;
}

/** Notices programs that ended by themselves. */
function lookAfter(watched: WatchedProgram[], say: (text: string) => void): void {
  for (const each of watched) {
    const isDead = !each.program.isRunning;
    if (isDead && !each.isDead) say(deathNotice(`${each.name} ended by itself`, each.program.output()));
    each.isDead = isDead;
  }
}

async function reviveDead(service: ObservedService, watched: WatchedProgram[], say: (text: string) => void): Promise<void> {
  if (service.diedAtMs !== null) {
    await service.restart();
    say(`The link service runs again as process ${service.pid}.`);
  }
  for (const each of watched.filter(({ isDead }) => isDead)) {
    await each.program.start();
    each.isDead = false;
    say(`${each.name} runs again as process ${each.program.pid}.`);
  }
}
