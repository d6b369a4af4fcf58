import { type RunningService, startRunningService } from "./running-service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** How long a suite may take to begin and to end, in milliseconds; the machine may be busy with others. */
export const hookTimeoutMs = 40_000;

/** The link service with a data folder of its own, for a whole suite. */
export interface Service extends Pick<RunningService, "address" | "send" | "logLines"> {
  folder: string;
  /** Ends the service and removes its folder; its exit status. */
  stop(): Promise<number>;
}

/** Starts the service on a free port and an empty folder; stop it in `afterAll`. */
export async function startService(settings: Record<string, string> = {}): Promise<Service> {
  const folder = temporaryFolder();
  const service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "debug", ...settings } });
  return {
    ...service,
    folder: folder.path,
    stop: async () => {
      const status = await service.stop();
      folder[Symbol.dispose]();
      return status;
    },
  };
}
