import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proveStore } from "../store.contract.ts";
import { openSqliteStore } from "./open.ts";

const traits = { referrer: "direct", browser: "unknown", system: "unknown", device: "unknown", country: "unknown" };

proveStore("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "srenity-store-"));
  return {
    open: () => openSqliteStore({ folder, sync: "normal", describe: () => traits }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});
