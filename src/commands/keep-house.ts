import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { Failure } from "../errors.ts";
import type { ClickSpool } from "../links/click-spool.ts";
import type { LinkCache } from "../links/link-cache.ts";
import { databaseName } from "../storage/sqlite/open.ts";
import { spoolName } from "../storage/sqlite/spool.ts";
import type { Store } from "../storage/store.ts";
import type { StoreFile } from "../telemetry/metric-catalogue.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { watchCertificate } from "./watch-certificate.ts";

/** Aim for one slice of background work, in milliseconds; nothing may hold the serving thread for 10. */
const sliceMs = 4;
/** Pause when nothing is to do, in milliseconds. */
const idlePauseMs = 250;
/** Pause after a slice, in times of its duration: while redirects come in, and while they do not. */
const pauseWhenBusy = 50;
const pauseWhenCalm = 1;
/** Longest pause, however long a slice took: it may have waited for a lock, and stopping waits for the pause. In milliseconds. */
const pauseMostMs = 250;
/** Requests a second above which redirects come first. */
const busyRequestsPerS = 500;
/** How often gauges of files, caches and disk are read, in milliseconds. */
const measureEveryMs = 5_000;

export interface HouseParts {
  config: Config;
  store: Store;
  cache: LinkCache;
  spool: ClickSpool;
  telemetry: Telemetry;
  nowMs(): number;
  monotonicMs(): number;
}

/** Works through roll-ups, indexes and old answers in slices, and keeps gauges fresh, until stopped. */
export function keepHouse(parts: HouseParts): { stop(): Promise<void> } {
  const { config, store, telemetry, nowMs, monotonicMs } = parts;
  const { signals } = telemetry;
  let isStopped = false;
  const work = async (): Promise<void> => {
    let seen = { requests: signals.totalRequests(), atMs: monotonicMs() };
    while (!isStopped) {
      const startedMs = monotonicMs();
      const isMore = await store.maintain(nowMs(), sliceMs).catch((error: unknown) => {
        if (!(error instanceof Failure)) signals.unhandled(error);
        return false;
      });
      const now = { requests: signals.totalRequests(), atMs: monotonicMs() };
      const tookMs = now.atMs - startedMs;
      const isBusy = now.requests - seen.requests > (busyRequestsPerS * (now.atMs - seen.atMs)) / 1_000;
      seen = now;
      const pauseMs = isMore ? tookMs * (isBusy ? pauseWhenBusy : pauseWhenCalm) : idlePauseMs;
      await Bun.sleep(Math.min(pauseMostMs, pauseMs));
    }
  };
  const working = work();
  const certificate = watchCertificate({ baseUrl: config.BASE_URL, report: signals.certificateSeen });
  const measuring = setInterval(() => void measure(parts), measureEveryMs);
  void measure(parts);
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(measuring);
      certificate.stop();
      await working;
    },
  };
}

async function measure({ config, store, cache, spool, telemetry: { signals } }: HouseParts): Promise<void> {
  const { links, absent } = cache.sizes();
  signals.cacheSized("links", links);
  signals.cacheSized("unknown_codes", absent);
  signals.rollupMeasured(store.clicks.rollupLag());
  if (spool.clicks() === 0) signals.clicksHeld(0);
  const files: Record<StoreFile, string> = { database: databaseName, wal: `${databaseName}-wal`, spool: spoolName };
  for (const [file, name] of Object.entries(files) as [StoreFile, string][]) {
    signals.storeFileMeasured(file, statSync(join(config.DATA_DIR, name), { throwIfNoEntry: false })?.size ?? 0);
  }
  const disk = await statfs(config.DATA_DIR).catch(() => null);
  if (disk) signals.diskMeasured(disk.bavail * disk.bsize);
}
