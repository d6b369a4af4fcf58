import { parseArgs } from "node:util";
import { childEnvironment, type Config } from "../config.ts";
import { exitConfig } from "../errors.ts";

export const upHelp = `srenity up: the whole product under supervision

  srenity up

Runs the link service, starts it again when it dies, and stops it on SIGTERM or SIGINT.`;

/** Programs that are supervised, in the order they start. */
const programs = [{ name: "link service", command: "serve" }] as const;

/** First and longest pause before a program is started again, in milliseconds. */
const restartFirstMs = 100;
const restartMostMs = 10_000;
/** A program that ran this long starts again without a grown pause, in milliseconds. */
const steadyAfterMs = 30_000;
/** Beyond the drain, how long a program may take to stop before it is killed, in milliseconds. */
const killAfterMs = 5_000;

type Child = Bun.Subprocess<"ignore", "inherit", "inherit">;

/** How this program starts itself: the executable alone, or the runtime with the entry file. */
export function selfCommand(command: string): string[] {
  const isCompiled = Bun.main.startsWith("/$bunfs/") || Bun.main.includes("~BUN");
  return isCompiled ? [process.execPath, command] : [process.execPath, Bun.main, command];
}

/** Supervises every program until a signal; returns the exit status. */
export async function runUp(args: string[], config: Config): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: "boolean", short: "h" } } });
  if (values.help) {
    console.log(upHelp);
    return 0;
  }
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => stopping.abort());
  const statuses = await Promise.all(programs.map((program) => supervise(program, config, stopping)));
  return statuses.find((status) => status !== 0) ?? 0;
}

/** Runs one program again and again; a mistake in the settings ends everything, because no restart mends it. */
async function supervise(program: (typeof programs)[number], config: Config, stopping: AbortController): Promise<number> {
  let pauseMs = restartFirstMs;
  let isGreeted = false;
  for (;;) {
    const startedMs = performance.now();
    const child = Bun.spawn(selfCommand(program.command), {
      env: childEnvironment(),
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
      ipc: (message: { address?: string }) => {
        if (message.address && !isGreeted) greet(message.address);
        isGreeted = true;
      },
    });
    const status = await ended(child, config.DRAIN_TIMEOUT_MS + killAfterMs, stopping.signal);
    // A program that is told to stop before it listens to signals has begun nothing: that is an orderly end too.
    if (stopping.signal.aborted) return child.signalCode === "SIGTERM" ? 0 : status;
    if (status === exitConfig) {
      stopping.abort();
      return status;
    }
    if (performance.now() - startedMs > steadyAfterMs) pauseMs = restartFirstMs;
    console.error(`The ${program.name} ended with status ${status}; it starts again in ${pauseMs} ms.`);
    if (await isAbortedWithin(pauseMs, stopping.signal)) return 0;
    pauseMs = Math.min(pauseMs * 2, restartMostMs);
  }
}

/** Pauses; ends early, with true, when told to stop. */
async function isAbortedWithin(pauseMs: number, stop: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, pauseMs);
  stop.addEventListener("abort", () => resolve(), { once: true });
  if (!stop.aborted) await promise;
  clearTimeout(timer);
  return stop.aborted;
}

/** Waits for a child's end; once told to stop, passes that on, and kills a child that does not listen. */
async function ended(child: Child, stopWithinMs: number, stop: AbortSignal): Promise<number> {
  let killer: Timer | null = null;
  const pass = (): void => {
    child.kill("SIGTERM");
    killer ??= setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  };
  if (stop.aborted) pass();
  else stop.addEventListener("abort", pass, { once: true });
  const status = await child.exited;
  stop.removeEventListener("abort", pass);
  if (killer) clearTimeout(killer);
  return status;
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
