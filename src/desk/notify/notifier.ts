import type { Incident, IncidentState } from "../../storage/desk/incident-store.ts";
import { destinationsOf } from "./destinations.ts";
import { type DueNotification, notificationsDue } from "./due.ts";
import type { createEnqueue } from "./enqueue.ts";
import type { NotifyParts } from "./notify-parts.ts";
import { unacknowledgedSince } from "./unacknowledged-since.ts";

/** Incidents that burn, and that are over, which are looked at each time. */
const burningMost = 500;
const overMost = 100;
/** What is over this long is told by now, or is not told any more, in milliseconds. */
const overForMostMs = 259_200_000;

export interface Notifier {
  /** For `IncidentDeskParts.onChange`: what the change made due is in the outbox when the change is committed. */
  incidentChanged(incident: Incident, news: IncidentState | "note"): void;
  /** Looks at all incidents: for what time alone makes due, and for what a crash between a change and its notice left behind. */
  lookAround(): void;
}

/** Decides what is due and puts it into the outbox. */
export function createNotifier(parts: NotifyParts, enqueue: ReturnType<typeof createEnqueue>): Notifier {
  const { incidents, outbox, channels, addresses } = parts;
  /** Since when nobody has an incident, by its id; valid for one version of it. */
  const waiting = new Map<number, { readonly version: number; readonly sinceMs: number }>();

  const sinceOf = (incident: Incident): number => {
    const { id, version, openedAtMs, state, severity } = incident;
    if (state !== "open" || severity !== "page") return openedAtMs;
    const known = waiting.get(id);
    if (known?.version === version) return known.sinceMs;
    const sinceMs = unacknowledgedSince(incidents.timeline(id), openedAtMs);
    waiting.set(id, { version, sinceMs });
    return sinceMs;
  };

  const tell = (incident: Incident, due: DueNotification, nowMs: number): void => {
    const { reason, occurrence, severity, key, isUrgent, audience } = due;
    const destinations = destinationsOf(audience, channels, addresses);
    if (destinations.length === 0 || !outbox.addNotified(incident.id, { reason, occurrence, severity, atMs: nowMs })) return;
    const delayMs = reason === "first" ? parts.policy().gatherMs : 0;
    enqueue({ incident, notification: key, reason, isUrgent, note: null, delayMs }, destinations);
    if (reason !== "escalation") return;
    const to = destinations.map(({ channel, recipient }) => recipient || channel).join(", ");
    incidents.append(incident.id, { atMs: nowMs, kind: "escalated", author: null, text: `nobody acknowledged; escalated to ${to}`, details: { key } });
  };

  const look = (incident: Incident, unacknowledgedSinceMs: number): void => {
    const [nowMs, policy] = [parts.nowMs(), parts.policy()];
    const notified = outbox.notified(incident.id);
    const due = notificationsDue({ incident, notified, unacknowledgedSinceMs, policy, nowMs });
    if (due.length > 0) incidents.together(() => due.forEach((one) => tell(incident, one, nowMs)));
  };

  /** In a storm of alerts all but the first only add to what is told already; a ticket that became a page does not. */
  const isNews = ({ id, severity }: Incident, news: IncidentState | "note"): boolean =>
    news !== "note" || (severity === "page" && outbox.notified(id).at(-1)?.severity !== "page");

  return {
    // Escalation is a matter of time, not of the change: `lookAround` counts it.
    incidentChanged: (incident, news) => {
      if (isNews(incident, news)) look(incident, parts.nowMs());
    },
    lookAround: () => {
      const sinceMs = parts.nowMs() - overForMostMs;
      const burning = incidents.list({ states: ["open", "acknowledged", "mitigated"], limit: burningMost });
      const over = incidents
        .list({ states: ["resolved", "reviewed"], limit: overMost })
        .filter(({ resolvedAtMs, reviewedAtMs }) => Math.max(resolvedAtMs ?? 0, reviewedAtMs ?? 0) > sinceMs);
      const ids = new Set(burning.map(({ id }) => id));
      for (const id of waiting.keys()) if (!ids.has(id)) waiting.delete(id);
      for (const incident of [...burning, ...over]) look(incident, sinceOf(incident));
    },
  };
}
