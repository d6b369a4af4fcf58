import { openLabelLimit, otherLabelValue, type Histogram } from "./instrument.ts";
import type { LogThrottle } from "./log-throttle.ts";
import type { Signals, SignalsOptions } from "./signals.ts";

type StoreSignals = Pick<Signals, "linkCreated" | "storeAnswered" | "storeFailed" | "cacheSized" | "storeFileMeasured" | "diskMeasured" | "certificateSeen">;

/** The events of the store, its files and the caches before it. */
export function storeSignals(options: SignalsOptions, throttle: LogThrottle): StoreSignals {
  const { log } = options;
  const { families } = options.metrics;
  const durations = new Map<string, Histogram>();
  const created = families.linksCreated.child("created");
  const duplicate = families.linksCreated.child("duplicate");

  const durationOf = (operation: string): Histogram => {
    const known = durations.get(operation);
    if (known) return known;
    const name = durations.size < openLabelLimit ? operation : otherLabelValue;
    const duration = families.storeDuration.child(name);
    durations.set(name, duration);
    return duration;
  };

  return {
    linkCreated: (result) => (result === "created" ? created : duplicate).add(),
    storeAnswered: (operation, durationMs) => durationOf(operation).observe(durationMs / 1000),
    storeFailed(operation, code, cause) {
      families.storeErrors.child(code).add();
      const heldBack = throttle.admit(code);
      if (heldBack !== null) log.error({ operation, error_code: code, error: cause, held_back: heldBack }, "the store failed");
    },
    cacheSized: (cache, entries) => families.cacheEntries.child(cache).set(entries),
    storeFileMeasured: (file, bytes) => families.storeFileSize.child(file).set(bytes),
    diskMeasured: (freeBytes) => families.diskFree.child().set(freeBytes),
    certificateSeen(seen) {
      if ("notAfterMs" in seen) families.certificateNotAfter.child().set(seen.notAfterMs / 1000);
      else if (throttle.admit("certificate") !== null) log.warn({ fault: seen.fault }, "the certificate of BASE_URL cannot be read");
    },
  };
}
