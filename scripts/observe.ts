import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Observatory, startObservatory } from "./observe/observatory.ts";
import { observeHelp, type ObserveOptions, readOptions } from "./observe/read-options.ts";
import { welcomeText } from "./observe/welcome-text.ts";
import { ensureSystem } from "./system.ts";

/** Exit status for a command line that cannot be understood (EX_USAGE of sysexits.h). */
const exitUsage = 64;

const say = (text: string): void => console.log(text);

/** Waits until a signal, or until the asked-for time is over; a line `r` on standard input revives what died. */
async function stay(observatory: Observatory, forS: number | null, told: Promise<void>): Promise<void> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  lines.on("line", (line) => void (line.trim() === "r" && observatory.revive()));
  const over = Promise.withResolvers<void>();
  const timer = forS === null ? null : setTimeout(over.resolve, forS * 1000);
  await Promise.race([told, over.promise]);
  if (timer) clearTimeout(timer);
  lines.close();
}

async function observe(options: ObserveOptions, folder: string): Promise<void> {
  const told = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => told.resolve());
  say("Starting the link service, Prometheus and Alertmanager …");
  const observatory = await startObservatory({ options, folder, say, nowMs: Date.now, random: Math.random });
  say(welcomeText({ observatory, folder, isFast: options.isFast, requestsPerSecond: options.requestsPerSecond }));
  await stay(observatory, options.forS, told.promise);
  say("Stopping …");
  const dead = observatory.programs.filter(({ isDead }) => isDead).map(({ name }) => name);
  await observatory.stop();
  const traffic = observatory.traffic();
  if (traffic) say(`${traffic.sent} requests: ${traffic.answered} answered, ${traffic.failed} failed, ${traffic.unanswered} without an answer.`);
  if (dead.length > 0) throw new Error(`${dead.join(" and ")} had ended before.`);
}

/** Runs the command; its exit status. */
async function main(args: string[]): Promise<number> {
  let options: ObserveOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${observeHelp}`);
    return exitUsage;
  }
  if (options.isHelpWanted) {
    say(observeHelp);
    return 0;
  }
  const { missing } = await ensureSystem(["prometheus", "prometheus-alertmanager"]);
  if (missing.length > 0) return 1;
  const folder = options.folder === null ? mkdtempSync(join(tmpdir(), "srenity-observe-")) : resolve(options.folder);
  try {
    await observe(options, folder);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    if (options.folder === null) rmSync(folder, { recursive: true, force: true });
    else say(`State and logs stay in ${folder}.`);
  }
}

process.exit(await main(process.argv.slice(2)));
