import { childEnvironment } from "../config.ts";
import { exitConfig } from "../errors.ts";
import { passLines } from "./pass-lines.ts";

/** First and longest pause before a program is started again, in milliseconds. */
const restartFirstMs = 100;
const restartMostMs = 10_000;
/** A program that ran this long starts again without a grown pause, in milliseconds. */
const steadyAfterMs = 30_000;

/** How long the last lines of a program that ended may take to arrive, in milliseconds. */
const lastLinesMs = 1_000;

export interface SupervisedProgram {
  /** As a sentence calls it. */
  readonly name: string;
  readonly command: string;
  /** How long it may take to stop before it is killed, in milliseconds. */
  readonly stopWithinMs: number;
  /** What its environment has beside ours, asked for before each start. */
  environment(): Readonly<Record<string, string>>;
  /** Told where it answers, after every start. */
  onAddress(address: string): void;
  /** Takes whole lines of its standard output. */
  onOutput(lines: Uint8Array): void;
}

type Child = Bun.Subprocess<"ignore", "pipe", "inherit">;

/** How this program starts itself: the executable alone, or the runtime with the entry file. */
export function selfCommand(command: string): string[] {
  const isCompiled = Bun.main.startsWith("/$bunfs/") || Bun.main.includes("~BUN");
  return isCompiled ? [process.execPath, command] : [process.execPath, Bun.main, command];
}

/**
 * Runs one program again and again until told to stop; its exit status then. A program that ends with a mistake in its settings before
 * it ever answered is not started again, because no restart mends it: the status is `exitConfig`.
 */
export async function supervise(program: SupervisedProgram, stop: AbortSignal): Promise<number> {
  let pauseMs = restartFirstMs;
  let hasAnswered = false;
  for (;;) {
    const startedMs = performance.now();
    const child: Child = Bun.spawn(selfCommand(program.command), {
      env: { ...childEnvironment(), ...program.environment() },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
      ipc: (message: { address?: string }) => {
        if (message.address === undefined) return;
        hasAnswered = true;
        program.onAddress(message.address);
      },
    });
    const passed = passLines(child.stdout, program.onOutput);
    const status = await ended(child, program.stopWithinMs, stop);
    await Promise.race([passed, Bun.sleep(lastLinesMs)]);
    // A program that is told to stop before it listens to signals has begun nothing: that is an orderly end too.
    if (stop.aborted) return child.signalCode === "SIGTERM" ? 0 : status;
    if (status === exitConfig && !hasAnswered) return status;
    if (performance.now() - startedMs > steadyAfterMs) pauseMs = restartFirstMs;
    console.error(`The ${program.name} ended with status ${status}; it starts again in ${pauseMs} ms.`);
    if (await isAbortedWithin(pauseMs, stop)) return 0;
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
