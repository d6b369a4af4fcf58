import type { Incident } from "../../storage/desk/incident-store.ts";
import type { Destination } from "./destinations.ts";
import { type Message, type MessageReason, takeSnapshot } from "./message.ts";
import type { NotifyParts } from "./notify-parts.ts";

/** Most rows that wait. A row has a few kilobytes, and a team that has not read two thousand messages will not read more. */
export const waitingMost = 2_000;

export interface Enqueued {
  readonly incident: Incident;
  /** What made it due; with the destination it is the key of a row. */
  readonly notification: string;
  readonly reason: MessageReason;
  readonly isUrgent: boolean;
  readonly note: string | null;
  readonly delayMs: number;
}

/** Messages that were given up for want of room, since the start. */
export interface GivenUpForRoom {
  pages: number;
  tickets: number;
}

type EnqueueParts = Pick<NotifyParts, "incidents" | "outbox" | "incidentUrl" | "nowMs">;

/** Makes the function that puts one message for each destination into the outbox, within the transaction that is open. */
export function createEnqueue(parts: EnqueueParts, givenUp: GivenUpForRoom): (what: Enqueued, destinations: readonly Destination[]) => void {
  const { incidents, outbox, incidentUrl, nowMs } = parts;

  const makeRoom = (): void => {
    if (outbox.counts().waiting < waitingMost) return;
    const row = outbox.leastNeeded();
    if (row === null || !outbox.giveUp(row, nowMs(), "the outbox was full")) return;
    givenUp[row.isUrgent ? "pages" : "tickets"] += 1;
    incidents.append(row.incidentId, {
      atMs: nowMs(),
      kind: "notification_failed",
      author: null,
      text: `${row.channel}${row.recipient === "" ? "" : ` to ${row.recipient}`} given up: ${waitingMost} messages wait already`,
      details: { key: row.key, channel: row.channel, recipient: row.recipient },
    });
  };

  return ({ incident, notification, reason, isUrgent, note, delayMs }, destinations) => {
    if (destinations.length === 0) return;
    const createdAtMs = nowMs();
    const snapshot = takeSnapshot(incident, incidents.alerts(incident.id), incidentUrl(incident.id));
    for (const { channel, recipient } of destinations) {
      makeRoom();
      const key = `${notification}/${channel}/${recipient}`;
      const message: Message = { ...snapshot, key, reason, isUrgent, createdAtMs, note, recipient, acknowledgeUrl: null };
      const row = { key, notification, incidentId: incident.id, channel, recipient, isUrgent, createdAtMs, nextAttemptAtMs: createdAtMs + delayMs };
      outbox.put({ ...row, payload: JSON.stringify(message) });
    }
  };
}
