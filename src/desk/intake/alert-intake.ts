import type { AlertBook } from "../alerts/alert-book.ts";
import type { WatchTarget } from "../watch/watch-target.ts";
import type { AlertmanagerMessage } from "./alertmanager-message.ts";
import { fedAlertOf } from "./fed-alert.ts";
import { fetchTruncated } from "./truncated-alerts.ts";

export interface AlertIntakeParts {
  readonly book: Pick<AlertBook, "feed">;
  readonly targets: readonly WatchTarget[];
  readonly nowMs: () => number;
  /** Told what was left out of a message and could not be fetched, in words. */
  onMissing(count: number, fault: string): void;
  onFed(result: "taken" | "refused", count: number): void;
}

/** What was taken of a message. */
export interface Taken {
  readonly alerts: number;
  /** Alerts that the sender left out and that could not be fetched. */
  readonly missing: number;
}

export interface AlertIntake {
  /** Takes a message; durable when it returns. Throws what the store throws: nothing is taken then, and the sender tries again. */
  take(message: AlertmanagerMessage, signal: AbortSignal): Promise<Taken>;
}

/** Takes in what Alertmanager tells. */
export function createAlertIntake({ book, targets, nowMs, onMissing, onFed }: AlertIntakeParts): AlertIntake {
  return {
    take: async (message, signal) => {
      const rest = message.truncatedAlerts > 0 ? await fetchTruncated(message, targets, signal) : { alerts: [] };
      const isMissing = "fault" in rest;
      if (isMissing) onMissing(message.truncatedAlerts, rest.fault);
      const atMs = nowMs();
      const alerts = [...message.alerts, ...(isMissing ? [] : rest.alerts)].map((alert) => fedAlertOf(alert, atMs));
      const { refused } = book.feed(alerts, atMs);
      onFed("taken", alerts.length - refused);
      if (refused > 0) onFed("refused", refused);
      return { alerts: alerts.length - refused, missing: isMissing ? message.truncatedAlerts : 0 };
    },
  };
}
