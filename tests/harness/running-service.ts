import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Answer, send, type SendOptions } from "./send.ts";
import { waitUntil } from "./wait-until.ts";

/** Longest wait for the service to answer, and for it to end, in milliseconds. */
const startTimeoutMs = 15_000;
const stopTimeoutMs = 20_000;

const main = join(import.meta.dir, "../../src/main.ts");

/** One line of the structured log. */
export type LogLine = Record<string, unknown>;

export interface ServiceOptions {
  /** Data folder; the caller removes it. */
  folder: string;
  /** Environment beside PORT=0, DESK_PORT=0 and DATA_DIR. */
  settings?: Record<string, string>;
  command?: "serve" | "up" | "watch";
  /** Longest wait for it to answer, in milliseconds; more where many start at once. */
  startTimeoutMs?: number;
  /** Words before the command, such as a change of user. */
  before?: readonly string[];
}

/** The product as a child process, killed when its scope ends. */
export interface RunningService extends AsyncDisposable {
  readonly address: string;
  readonly pid: number;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Everything on standard output and on standard error so far. */
  output(): string;
  errors(): string;
  /** The lines of standard output so far. @throws SyntaxError for a line that is no JSON */
  logLines(): LogLine[];
  /** Value of a metric without labels. @throws Error when it is not exposed */
  metric(name: string): Promise<number>;
  /** Resident memory, in bytes. */
  residentBytes(): number;
  /** Sends SIGTERM and waits; the exit status. @throws Error when it does not end */
  stop(): Promise<number>;
  /** Sends SIGKILL and waits. */
  kill(): Promise<void>;
  /** The exit status, once it ends by itself. */
  readonly exited: Promise<number>;
}

/** Starts the product as a user would and waits until it answers. @throws Error with its output when it does not */
export async function startRunningService(options: ServiceOptions): Promise<RunningService> {
  const { child, texts } = spawnService(options);
  try {
    await waitUntil("the service starts", options.startTimeoutMs ?? startTimeoutMs, () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return texts.address() !== null;
    });
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`the service did not start: ${(error as Error).message}\n${texts.output()}\n${texts.errors()}`, { cause: error });
  }
  const address = texts.address() as string;
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    child.kill(signal);
    await waitUntil(`the service ends after ${signal}`, stopTimeoutMs, () => child.exitCode !== null || child.signalCode !== null);
    return child.exited;
  };
  return {
    address,
    pid: child.pid,
    exited: child.exited,
    output: texts.output,
    errors: texts.errors,
    logLines: () => linesOf(texts.output()),
    send: (method, path, more) => send(`${address}${path}`, method, more),
    metric: (name) => readMetric(address, name),
    residentBytes: () => residentBytesOf(child.pid),
    stop: () => end("SIGTERM"),
    kill: async () => void (await end("SIGKILL")),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await end(options.command === "up" ? "SIGTERM" : "SIGKILL");
    },
  };
}

export interface Attempt {
  status: number;
  output: string;
  errors: string;
}

/** Starts the product and waits for its end: for starts that are refused. @throws Error when it goes on running */
export async function attemptStart(options: ServiceOptions): Promise<Attempt> {
  const { child, texts } = spawnService(options);
  try {
    await waitUntil("the refused start ends", startTimeoutMs, () => child.exitCode !== null || child.signalCode !== null);
  } finally {
    child.kill("SIGKILL");
  }
  await texts.ended;
  return { status: await child.exited, output: texts.output(), errors: texts.errors() };
}

interface Texts {
  output(): string;
  errors(): string;
  address(): string | null;
  ended: Promise<unknown>;
}

type Product = Bun.Subprocess<"ignore", "pipe", "pipe">;

/** Starts the product and waits for nothing; `onAddress` is told where it answers. */
export function spawnProduct({ folder, settings = {}, command = "serve", before = [] }: ServiceOptions, onAddress?: (address: string) => void): Product {
  return Bun.spawn([...before, process.execPath, main, command], {
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", DESK_PORT: "0", DATA_DIR: folder, ...settings },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(onAddress ? { ipc: (message) => onAddress((message as { address: string }).address) } : {}),
  });
}

function spawnService(options: ServiceOptions): { child: Product; texts: Texts } {
  let address: string | null = null;
  const child = spawnProduct(options, (told) => (address = told));
  let output = "";
  let errors = "";
  const ended = Promise.all([collect(child.stdout, (text) => (output += text)), collect(child.stderr, (text) => (errors += text))]);
  const logged = (): string | null => /"address":"([^"]+)","version"/.exec(output)?.[1] ?? null;
  return { child, texts: { output: () => output, errors: () => errors, address: () => address ?? logged(), ended } };
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of stream) take(decoder.decode(piece, { stream: true }));
}

function linesOf(output: string): LogLine[] {
  const whole = output.slice(0, output.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);
}

async function readMetric(address: string, name: string): Promise<number> {
  const { text } = await send(`${address}/prom_metrics`, "GET");
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`${name} is not exposed`);
  return Number(value);
}

function residentBytesOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) * 1_024;
}
