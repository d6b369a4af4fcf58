import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Longest wait for the service to answer, and for it to end, in milliseconds. */
const startTimeoutMs = 20_000;
const stopTimeoutMs = 15_000;

/** How long a suite may take to begin and to end, in milliseconds; the machine may be busy with others. */
export const hookTimeoutMs = 40_000;

/** An answer with its body read. `json` is null where the body is no JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  json: any;
}

export interface SendOptions {
  /** Sent as JSON, unless it is a text, bytes or a form. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** The link service in its own process, with its own folder and port. */
export interface Service {
  address: string;
  folder: string;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Every line logged so far, parsed. */
  logLines(): Record<string, unknown>[];
  /** Ends the service; its exit status. */
  stop(): Promise<number>;
}

/** Starts the service as a user would, on a free port; stop it in `afterAll`. */
export async function startService(settings: Record<string, string> = {}): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "srenity-api-"));
  const { promise: started, resolve: ready, reject } = Promise.withResolvers<string>();
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, "../../src/main.ts"), "serve"], {
    env: { PATH: process.env["PATH"] ?? "", PORT: "0", DATA_DIR: folder, LOG_LEVEL: "debug", ...settings },
    stdout: "pipe",
    stderr: "pipe",
    ipc: (message) => ready((message as { address: string }).address),
  });
  let log = "";
  void collect(child.stdout, (text) => (log += text));
  void collect(child.stderr, (text) => (log += text));
  const timer = setTimeout(() => reject(new Error(`the service did not start:\n${log}`)), startTimeoutMs);
  void child.exited.then((status) => reject(new Error(`the service ended with ${status}:\n${log}`)));
  const address = await started.finally(() => clearTimeout(timer));
  return {
    address,
    folder,
    send: (method, path, options) => send(`${address}${path}`, method, options),
    logLines: () => linesOf(log),
    stop: async () => {
      const killer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      child.kill("SIGTERM");
      const status = await child.exited;
      clearTimeout(killer);
      rmSync(folder, { recursive: true, force: true });
      return status;
    },
  };
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of stream) take(decoder.decode(piece, { stream: true }));
}

function linesOf(log: string): Record<string, unknown>[] {
  const whole = log.slice(0, log.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function send(address: string, method: string, { body, headers = {} }: SendOptions = {}): Promise<Answer> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array || body instanceof FormData || body instanceof ReadableStream;
  const type: Record<string, string> = body === undefined || body instanceof FormData ? {} : { "Content-Type": "application/json" };
  const response = await fetch(address, {
    method,
    redirect: "manual",
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (response.headers.get("content-type") ?? "").includes("json") && text !== "" ? JSON.parse(text) : null,
  };
}
