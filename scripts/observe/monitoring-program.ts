import { OperatorError } from "../../src/errors.ts";
import { collectText } from "./collect-text.ts";

/** How long a program may take to be ready, and to end after SIGTERM before it is killed, in milliseconds. */
const readyTimeoutMs = 30_000;
const endTimeoutMs = 10_000;
/** How often readiness is asked for, and how long one answer may take, in milliseconds. */
const askEveryMs = 100;
const answerTimeoutMs = 2_000;
/** Most of a program's output that is kept to explain a failure, in characters. */
const outputMostCharacters = 20_000;
/** Lines of it that an error shows. */
const shownLines = 8;

/** Prometheus or Alertmanager as a child process that can be ended and started again on the same folder. */
export interface MonitoringProgram {
  readonly address: string;
  /** Of the newest process. */
  readonly pid: number;
  /** False once it has ended, by itself or not. */
  readonly isRunning: boolean;
  /** The end of what it wrote. */
  output(): string;
  /** Ends it in order, by force when it takes too long. Nothing happens when it has ended. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again after it ended. @throws OperatorError */
  start(): Promise<void>;
}

export interface MonitoringProgramOptions {
  /** Of the program, and of the Debian package it comes with. */
  readonly name: "prometheus" | "prometheus-alertmanager";
  /** Working directory: paths in flags and in the configuration are relative to it. */
  readonly folder: string;
  /** Listens there, and says so in its links. */
  readonly address: string;
  readonly flags: readonly string[];
}

/** Starts a program of the monitoring and waits until it is ready. @throws OperatorError when it is missing, ends at once or is never ready */
export async function startMonitoringProgram(options: MonitoringProgramOptions): Promise<MonitoringProgram> {
  let child = await spawnReady(options);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.process.kill(signal);
    await Promise.race([child.process.exited, Bun.sleep(endTimeoutMs)]);
    child.process.kill("SIGKILL");
    await child.process.exited;
  };
  return {
    address: options.address,
    get pid() {
      return child.process.pid;
    },
    get isRunning() {
      return child.process.exitCode === null && child.process.signalCode === null;
    },
    output: () => child.output(),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    start: async () => {
      child = await spawnReady(options);
    },
  };
}

interface Child {
  readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  output(): string;
}

async function spawnReady(options: MonitoringProgramOptions): Promise<Child> {
  const child = spawn(options);
  const deadlineMs = performance.now() + readyTimeoutMs;
  const refuse = async (what: string): Promise<never> => {
    child.process.kill("SIGKILL");
    await child.process.exited;
    const lines = child.output().trimEnd().split("\n").slice(-shownLines);
    throw new OperatorError(`${options.name} ${what}. Its last lines:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  };
  while (!(await isReady(options.address))) {
    if (child.process.exitCode !== null) return refuse(`ended at once with ${child.process.exitCode}`);
    if (performance.now() > deadlineMs) return refuse(`was not ready within ${readyTimeoutMs / 1_000} s`);
    await Bun.sleep(askEveryMs);
  }
  // Another process may answer on a port that this one could not take.
  if (child.process.exitCode !== null) return refuse(`ended at once with ${child.process.exitCode}`);
  return child;
}

function spawn({ name, folder, address, flags }: MonitoringProgramOptions): Child {
  const program = Bun.which(name);
  if (program === null) throw new OperatorError(`${name} is not installed: apt-get install --no-install-recommends ${name}`);
  const { host } = new URL(address);
  const child = Bun.spawn([program, ...flags, `--web.listen-address=${host}`, `--web.external-url=${address}`], {
    cwd: folder,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const take = (text: string): void => {
    output = (output + text).slice(-outputMostCharacters);
  };
  for (const stream of [child.stdout, child.stderr]) void collectText(stream, take);
  return { process: child, output: () => output };
}

async function isReady(address: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${address}/-/ready`, { signal: AbortSignal.timeout(answerTimeoutMs) });
    return ok;
  } catch {
    return false;
  }
}
