import type { Launch, LaunchedProgram } from "./launch.ts";

/** How long it may take to get the lock of a store that is written to, in milliseconds. */
const holdTimeoutMs = 10_000;

/** Another process that holds the write lock of a store. */
export interface StoreHolder {
  /** @throws Error when the lock cannot be got in time */
  hold(folder: string): Promise<void>;
  release(): Promise<void>;
}

export function createStoreHolder(launch: Launch): StoreHolder {
  let holder: LaunchedProgram | null = null;
  const release = async (): Promise<void> => {
    holder?.kill("SIGKILL");
    await holder?.exited;
    holder = null;
  };
  return {
    release,
    hold: async (folder) => {
      const { promise: held, resolve } = Promise.withResolvers<boolean>();
      holder = launch(["drill", "--hold-store", folder], { settings: {}, drillToken: null, logFile: null, onMessage: () => resolve(true) });
      const timer = setTimeout(() => resolve(false), holdTimeoutMs);
      const isHeld = await Promise.race([held, holder.exited.then(() => false)]);
      clearTimeout(timer);
      if (isHeld) return;
      await release();
      throw new Error("the store could not be locked");
    },
  };
}
