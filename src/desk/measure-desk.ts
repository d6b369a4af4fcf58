import type { AlertBook } from "./alerts/alert-book.ts";
import { type DeskMetrics } from "./desk-metrics.ts";
import { sentResults } from "./desk-metric-catalogue.ts";
import type { DeskStores } from "./desk-stores.ts";
import type { DeskStream } from "./desk-stream.ts";
import type { Notifications } from "./notify/notifications.ts";
import type { Watching } from "./watching.ts";

/** Incidents that are counted, more than a team ever has at once. */
const countedMost = 1_000;

export interface MeasuredDesk {
  readonly metrics: DeskMetrics;
  readonly watching: Watching;
  readonly stores: Pick<DeskStores, "incidents">;
  readonly alerts: Pick<AlertBook, "counts">;
  readonly notifications: Pick<Notifications, "counters">;
  readonly stream: Pick<DeskStream, "readers">;
  onFault(error: unknown): void;
}

/** Brings the gauges up to date before they are read. What the store does not say keeps its last value. */
export function measureDesk({ metrics: { families }, watching, stores, alerts, notifications, stream, onFault }: MeasuredDesk): void {
  const states = watching.targets.states();
  families.targets.child().set(states.length);
  families.targetsUp.child().set(states.filter(({ isUp }) => isUp === true).length);
  families.series.child("scraped").set(watching.recent.figures().series);
  families.series.child("recorded").set(watching.history.figures().signals);
  families.streams.child().set(stream.readers);
  const { pending, firing } = alerts.counts();
  families.alerts.child("pending").set(pending);
  families.alerts.child("firing").set(firing);
  try {
    const burning = stores.incidents.list({ states: ["open", "acknowledged", "mitigated"], limit: countedMost });
    for (const state of ["open", "acknowledged", "mitigated"] as const)
      families.incidents.child(state).set(burning.filter((one) => one.state === state).length);
    const { channels, waiting, oldestWaitingMs } = notifications.counters();
    families.outboxWaiting.child().set(waiting);
    families.outboxOldest.child().set(oldestWaitingMs / 1_000);
    for (const [channel, counts] of Object.entries(channels))
      for (const result of sentResults) families.notifications.child(channel, result).value = counts[result];
  } catch (error) {
    onFault(error);
  }
}
