import type { LogThrottle } from "./log-throttle.ts";
import type { StoreFailureCode } from "./metric-catalogue.ts";
import type { Signals, SignalsOptions } from "./signals.ts";

type ClickSignals = Pick<
  Signals,
  "clicksCommitted" | "clicksSpooled" | "clicksLost" | "clicksHeld" | "clickStoreFailed" | "clickStoreRecovered" | "rollupMeasured"
>;

/** The events of clicks. An outage of their store is logged when it begins and when it ends. */
export function clickSignals(options: SignalsOptions, throttle: LogThrottle): ClickSignals {
  const { log, monotonicMs } = options;
  const { families } = options.metrics;
  const committed = families.clicksCommitted.child();
  const bots = families.botClicks.child();
  const batchSize = families.clickBatchSize.child();
  const commitDuration = families.clickCommitDuration.child();
  const spooled = families.clicksSpooled.child();
  const lost = families.clicksLost.child();
  const held = families.clicksHeld.child();
  const rollupLag = families.rollupLag.child();
  let failedAtMs: number | null = null;

  return {
    clicksCommitted(count, botCount, durationMs) {
      committed.add(count);
      bots.add(botCount);
      batchSize.observe(count);
      commitDuration.observe(durationMs / 1000);
    },
    clicksSpooled: (count) => spooled.add(count),
    clicksLost(count) {
      lost.add(count);
      const heldBack = throttle.admit("clicks_lost");
      if (heldBack !== null) log.error({ count, total: lost.value, held_back: heldBack }, "clicks lost");
    },
    clicksHeld: (count) => held.set(count),
    clickStoreFailed(code: StoreFailureCode) {
      if (failedAtMs !== null) return;
      failedAtMs = monotonicMs();
      log.error({ error_code: code }, "the store takes no clicks; they are spooled");
    },
    clickStoreRecovered(replayedCount) {
      const outageMs = failedAtMs === null ? 0 : Math.round(monotonicMs() - failedAtMs);
      failedAtMs = null;
      log.info({ replayed: replayedCount, outage_ms: outageMs }, "the store takes clicks again");
    },
    rollupMeasured: (lagClicks) => rollupLag.set(lagClicks),
  };
}
