import { join } from "node:path";
import { drillTokenVariable } from "../../src/config.ts";
import { type FaultMessage, type FaultOrder, noFaults } from "../../src/desk/drill/fault-order.ts";
import { waitUntil } from "../harness/wait-until.ts";

const main = join(import.meta.dir, "../../src/main.ts");
/** How long it may take to answer, in milliseconds; the machine may be busy with others. */
const startTimeoutMs = 40_000;

export interface DrilledServiceOptions {
  /** Data folder; the caller removes it. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Secret that it is started with; null for none. */
  readonly token?: string | null;
  /** File for what it prints. */
  readonly logFile?: string;
}

/** The link service as a drill starts it, killed when its scope ends. */
export interface DrilledService extends AsyncDisposable {
  readonly address: string;
  readonly pid: number;
  /** Orders faults in place of those before; with another secret than its own, if one is given. */
  order(faults: Partial<FaultOrder>, token?: string): void;
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
}

/** Starts the link service with the secret of a drill and DRILLS=on, unless told otherwise. @throws Error when it does not answer */
export async function startDrilledService({ folder, settings = {}, token = "secret", logFile }: DrilledServiceOptions): Promise<DrilledService> {
  const start = async (port: string): Promise<{ child: Bun.Subprocess; address: string }> => {
    let address = "";
    const child = Bun.spawn([process.execPath, main, "serve"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        PORT: port,
        DATA_DIR: folder,
        DRILLS: "on",
        ...settings,
        ...(token === null ? {} : { [drillTokenVariable]: token }),
      },
      stdin: "ignore",
      stdout: logFile === undefined ? "ignore" : Bun.file(logFile),
      stderr: "inherit",
      ipc: (message) => ({ address } = message as { address: string }),
    });
    await waitUntil("the drilled service answers", startTimeoutMs, () => address !== "" || child.exitCode !== null);
    return { child, address };
  };
  let { child, address } = await start("0");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
  };
  return {
    address,
    get pid() {
      return child.pid;
    },
    order: (faults, drillToken = token ?? "") => child.send({ drillToken, faults: { ...noFaults, ...faults } } satisfies FaultMessage),
    kill,
    restart: async () => {
      await kill();
      ({ child, address } = await start(new URL(address).port));
    },
    [Symbol.asyncDispose]: kill,
  };
}
