import type { Config } from "../config.ts";
import { createCountryOf } from "../links/country.ts";
import { describeVisitor } from "../links/visitor.ts";
import { openSqliteStore, type SqliteOptions } from "../storage/sqlite/open.ts";
import type { Store } from "../storage/store.ts";

/** Opens the store of the settings, beside a service that may be running. @throws OperatorError */
export function openStore(config: Config, more: Pick<SqliteOptions, "observe" | "cacheKib"> = {}): Promise<Store> {
  return openSqliteStore({
    folder: config.DATA_DIR,
    sync: config.SQLITE_SYNC,
    describe: describeVisitor(createCountryOf()),
    diskFreeMb: config.DISK_FREE_MB,
    ...more,
  });
}
