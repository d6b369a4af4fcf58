import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/storage/sqlite/open.ts";
import type { Store } from "../../src/storage/store.ts";

const describe = (): Record<"referrer" | "browser" | "system" | "device" | "country", string> => ({
  referrer: "direct",
  browser: "unknown",
  system: "unknown",
  device: "unknown",
  country: "unknown",
});

/** Runs with a new folder, which is removed afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "srenity-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the store of a folder for tests that do not look at visitors. */
export function openStoreIn(folder: string): Promise<Store> {
  return openSqliteStore({ folder, sync: "normal", describe });
}

/** Runs with an empty store in a new folder. */
export function withStore<T>(work: (store: Store, folder: string) => Promise<T>): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const store = await openStoreIn(folder);
    try {
      return await work(store, folder);
    } finally {
      await store.close();
    }
  });
}
