import { join } from "node:path";
import { storeName } from "./drill-folder.ts";
import { type FaultMessage, type FaultOrder, noFaults } from "./fault-order.ts";
import type { Launch, LaunchedProgram } from "./launch.ts";

/** How long an instance may take to answer after its start, and to end after it is told to, in milliseconds. */
const startTimeoutMs = 20_000;
const stopTimeoutMs = 5_000;

export interface DrillInstanceParts {
  readonly launch: Launch;
  /** Its data and its log; the caller removes it. */
  readonly folder: string;
  /** Secret that its orders carry. */
  readonly token: string;
}

/** A link service that exists to be broken. */
export interface DrillInstance {
  /** Such as `http://127.0.0.1:43127`; stays the same when it is started again. */
  readonly address: string;
  readonly dataFolder: string;
  readonly logFile: string;
  /** Replaces what was ordered before. */
  order(faults: Partial<FaultOrder>): void;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Starts it again, on the same data. @throws Error when it does not come up */
  restart(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Starts a link service on a free port of this machine. @throws Error when it does not come up */
export async function startDrillInstance({ launch, folder, token }: DrillInstanceParts): Promise<DrillInstance> {
  const [dataFolder, logFile] = [join(folder, storeName), join(folder, "link-service.log")];

  const start = async (port: string): Promise<{ program: LaunchedProgram; address: string }> => {
    const { promise: answers, resolve } = Promise.withResolvers<string>();
    const program = launch(["serve"], {
      settings: { HOST: "127.0.0.1", PORT: port, DATA_DIR: dataFolder, AUTH: "off", DRILLS: "on", DISK_FREE_MB: "1" },
      drillToken: token,
      logFile,
      onMessage: (message) => {
        const { address } = message as { address?: unknown };
        if (typeof address === "string") resolve(address);
      },
    });
    const address = await within(Promise.race([answers, program.exited.then(() => null)]), startTimeoutMs);
    if (address !== null) return { program, address };
    program.kill("SIGKILL");
    throw new Error("the drill instance did not start");
  };

  let { program, address } = await start("0");
  const send = (faults: FaultOrder): void => program.send({ drillToken: token, faults } satisfies FaultMessage);
  const kill = async (): Promise<void> => {
    program.kill("SIGKILL");
    await program.exited;
  };
  return {
    address,
    dataFolder,
    logFile,
    kill,
    order: (faults) => send({ ...noFaults, ...faults }),
    restart: async () => {
      await kill();
      ({ program, address } = await start(new URL(address).port));
    },
    stop: async () => {
      program.kill("SIGTERM");
      await within(program.exited, stopTimeoutMs);
      await kill();
    },
  };
}

/** What a promise gives within a time; null when it takes longer. */
async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
