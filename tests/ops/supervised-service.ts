import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { send } from "../harness/send.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { projectRoot } from "./source-file.ts";

/** How long the service may take to be ready, and to end, in milliseconds. */
const readyTimeoutMs = 15_000;
const endTimeoutMs = 20_000;

/** The product as an operator runs it: supervised, its output appended to a file. Whoever starts it again may be a runbook. */
export interface SupervisedService extends AsyncDisposable {
  readonly address: string;
  readonly folder: string;
  readonly log: string;
  start(): Promise<void>;
  /** Waits until /ready says yes. @throws Error when it does not in time */
  untilReady(): Promise<void>;
  /** Process that serves from the folder, as the kernel knows it from its lock; null when there is none. */
  servingPid(): number | null;
  /** Ends the supervisor, and with it the service, whoever started them. */
  stop(): Promise<void>;
}

export interface SupervisedOptions {
  readonly folder: string;
  readonly log: string;
  readonly port: number;
  readonly settings?: Record<string, string>;
}

/** A service that is not started yet. */
export function supervisedService({ folder, log, port, settings = {} }: SupervisedOptions): SupervisedService {
  const address = `http://127.0.0.1:${port}`;
  const servingPid = (): number | null => lockHolder(join(folder, "serving.lock"));
  const untilReady = async (): Promise<void> => {
    const isReady = (): Promise<boolean> =>
      send(`${address}/ready`, "GET", { timeoutMs: 3_000 }).then(
        ({ status }) => status === 200,
        () => false,
      );
    await waitUntil("the service is ready", readyTimeoutMs, isReady);
  };
  const stop = async (): Promise<void> => {
    const pid = servingPid();
    if (pid === null) return;
    process.kill(parentOf(pid), "SIGTERM");
    await waitUntil("the service ends", endTimeoutMs, () => servingPid() === null);
  };
  return {
    address,
    folder,
    log,
    servingPid,
    untilReady,
    stop,
    start: async () => {
      const output = openSync(log, "a");
      const environment = { PATH: process.env["PATH"] ?? "", PORT: String(port), DESK_PORT: "0", DATA_DIR: folder, ...settings };
      Bun.spawn([process.execPath, "src/main.ts", "up"], { cwd: projectRoot, env: environment, stdin: "ignore", stdout: output, stderr: output });
      closeSync(output);
      await untilReady();
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** The process that holds a lock on a file for writing. */
function lockHolder(file: string): number | null {
  const inode = statSync(file, { throwIfNoEntry: false })?.ino;
  const line = readFileSync("/proc/locks", "utf8")
    .split("\n")
    .find((text) => inode !== undefined && text.includes(" WRITE ") && text.includes(`:${inode} `));
  return line === undefined ? null : Number(line.trim().split(/\s+/)[4]);
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}
