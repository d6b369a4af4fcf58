import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../harness/free-ports.ts";
import { send } from "../harness/send.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** How long a start and an end may take on a busy machine, in milliseconds. */
const startTimeoutMs = 30_000;
const endTimeoutMs = 10_000;
/** Pause between two requests of the traffic, and how long one may take, in milliseconds. */
const pauseMs = 10;
const requestTimeoutMs = 2_000;

const main = join(import.meta.dir, "../../src/main.ts");

/** A link service on a port of its own that can be killed and started again, and that people use all the while. */
export interface WatchedService extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  readonly logFile: string;
  start(): Promise<void>;
  /** Sends SIGKILL and waits for its end; when the signal was sent, in milliseconds since 1970. */
  kill(): Promise<number>;
  /** Requests so far that were answered as they should. */
  served(): number;
}

/** Starts a link service with users who follow one link again and again. */
export async function startWatchedService(folder: string, settings: Record<string, string> = {}): Promise<WatchedService> {
  const [port = 0] = await freePorts(1);
  const address = `http://127.0.0.1:${port}`;
  const logFile = join(folder, "link-service.log");
  let child: Bun.Subprocess | null = null;
  let isOver = false;
  let served = 0;

  const answers = (): Promise<boolean> =>
    send(address + "/health", "GET", { timeoutMs: requestTimeoutMs }).then(
      ({ status }) => status === 200,
      () => false,
    );
  const start = async (): Promise<void> => {
    const output = openSync(logFile, "a");
    child = Bun.spawn([process.execPath, main, "serve"], {
      env: { PATH: process.env["PATH"] ?? "", PORT: String(port), DATA_DIR: folder, ...settings },
      stdin: "ignore",
      stdout: output,
      stderr: output,
    });
    closeSync(output);
    await waitUntil("the link service answers", startTimeoutMs, answers);
  };
  const kill = async (): Promise<number> => {
    child?.kill("SIGKILL");
    const atMs = Date.now();
    await waitUntil("the link service is gone", endTimeoutMs, () => child === null || child.exitCode !== null || child.signalCode !== null);
    return atMs;
  };
  const use = async (): Promise<void> => {
    while (!isOver) {
      const { status } = await send(`${address}/watched`, "GET", { timeoutMs: requestTimeoutMs }).catch(() => ({ status: 0 }));
      if (status === 302) served++;
      await Bun.sleep(pauseMs);
    }
  };
  await start();
  await send(`${address}/users`, "POST", { body: { username: "ann", email: "ann@example.com" } });
  await send(`${address}/urls`, "POST", { body: { user_id: 1, short_code: "watched", original_url: "https://example.com/" } });
  const using = use();
  return {
    address,
    port,
    logFile,
    start,
    kill,
    served: () => served,
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      await using;
      await kill();
    },
  };
}
