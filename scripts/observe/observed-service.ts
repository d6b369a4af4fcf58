import { join } from "node:path";
import { createBoundedLog } from "./bounded-log.ts";
import { collectText } from "./collect-text.ts";

const main = join(import.meta.dir, "../../src/main.ts");

/** Longest wait for the link service to answer, and for it to end, in milliseconds. */
const startTimeoutMs = 20_000;
const stopTimeoutMs = 15_000;

/** The link service as a child that people are invited to kill. */
export interface ObservedService {
  /** Process id of the running one, or of the last one that ran. */
  readonly pid: number;
  /** When it died, in milliseconds since 1970; null while it lives. */
  readonly diedAtMs: number | null;
  /** Starts it again; nothing when it lives. @throws Error with its last lines when it does not come up */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface ServiceParts {
  /** Folder of the store and of the log. */
  folder: string;
  port: number;
  nowMs: () => number;
  /** Told the status or signal, and the last lines, each time it ends without being asked to. */
  onDeath: (how: string, lastLines: string[]) => void;
}

type Child = Bun.Subprocess<"ignore", "pipe", "pipe">;

/** Runs `srenity serve` on a port of this machine. @throws Error with its last lines when it does not come up */
export async function startObservedService({ folder, port, nowMs, onDeath }: ServiceParts): Promise<ObservedService> {
  const log = createBoundedLog(join(folder, "link-service.log"));
  const state: { diedAtMs: number | null; isStopping: boolean; starting: Promise<Child> | null } = { diedAtMs: null, isStopping: false, starting: null };

  const tellDeath = async (ended: Child, copied: Promise<unknown>): Promise<void> => {
    const status = await ended.exited;
    if (state.isStopping) return;
    state.diedAtMs = nowMs();
    await copied;
    onDeath(ended.signalCode === null ? `status ${status}` : `signal ${ended.signalCode}`, log.lastLines());
  };

  const start = async (): Promise<Child> => {
    const { promise: answers, resolve: isAnswering } = Promise.withResolvers<"answers">();
    const started: Child = Bun.spawn([process.execPath, main, "serve"], {
      env: { PATH: process.env["PATH"] ?? "", HOST: "127.0.0.1", PORT: String(port), DATA_DIR: join(folder, "link-service") },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      ipc: () => isAnswering("answers"),
    });
    const copied = Promise.all([collectText(started.stdout, log.write), collectText(started.stderr, log.write)]);
    const first = await Promise.race([answers, started.exited, Bun.sleep(startTimeoutMs)]);
    if (first !== "answers") {
      started.kill("SIGKILL");
      await copied;
      throw new Error(`The link service did not start:\n${log.lastLines().join("\n")}`);
    }
    state.diedAtMs = null;
    void tellDeath(started, copied);
    return started;
  };

  let child = await start();
  return {
    get pid() {
      return child.pid;
    },
    get diedAtMs() {
      return state.diedAtMs;
    },
    restart: async () => {
      if (state.diedAtMs === null || state.isStopping) return;
      state.starting ??= start();
      try {
        child = await state.starting;
      } finally {
        state.starting = null;
      }
    },
    stop: async () => {
      state.isStopping = true;
      if (state.starting) child = await state.starting.catch(() => child);
      child.kill("SIGTERM");
      // One that somebody paused hears nothing before it goes on.
      child.kill("SIGCONT");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      await child.exited;
      clearTimeout(timer);
      log.close();
    },
  };
}
