import { reopenWithinMs } from "../incidents/choose-incident.ts";
import type { QuietHours } from "./quiet-hours.ts";

/** A time in which work on a service is expected to hurt, in milliseconds since 1970; the end no longer belongs to it. */
export interface MaintenanceWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null means every service. */
  readonly service: string | null;
}

/** When people are told. Durations are in milliseconds. */
export interface NotifyPolicy {
  /** A page that nobody acknowledges for this long goes to the second address. */
  readonly escalateAfterMs: number;
  /** A page that is not resolved is told again after this long without news. */
  readonly remindPageAfterMs: number;
  readonly remindTicketAfterMs: number;
  /** The first message waits this long for more alerts of the same outage. */
  readonly gatherMs: number;
  /** An incident that was opened again is told as over only after this long in peace. */
  readonly calmMs: number;
  readonly quietHours: QuietHours | null;
  readonly maintenance: readonly MaintenanceWindow[];
}

const minuteMs = 60_000;

/** What holds unless the settings say otherwise. */
export const usualPolicy: NotifyPolicy = {
  escalateAfterMs: 15 * minuteMs,
  remindPageAfterMs: 240 * minuteMs,
  remindTicketAfterMs: 1_440 * minuteMs,
  gatherMs: 3_000,
  calmMs: reopenWithinMs,
  quietHours: null,
  maintenance: [],
};
