import type { OutboxRow } from "../../storage/desk/outbox-store.ts";
import type { SendResult } from "./channel.ts";
import { fallbacksOf } from "./destinations.ts";
import type { createEnqueue } from "./enqueue.ts";
import type { Message } from "./message.ts";
import type { NotifyParts } from "./notify-parts.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** How long a message is tried, in milliseconds. */
const giveUpAfterMs = 86_400_000;

type Refusal = SendResult & { readonly isSent: false };

/**
 * Makes the function that notes what became of an attempt, within the transaction that is open: sent, to be tried again, or given up.
 * It says whether the message was given up.
 */
export function createSettle(parts: NotifyParts, enqueue: ReturnType<typeof createEnqueue>): (row: OutboxRow, result: SendResult) => boolean {
  const { incidents, outbox, channels, addresses, nowMs } = parts;

  const tellTimeline = (row: OutboxRow, kind: "notified" | "notification_failed", text: string): void => {
    const to = `${row.channel}${row.recipient === "" ? "" : ` to ${row.recipient}`}`;
    const details = { key: row.key, channel: row.channel, recipient: row.recipient, attempts: row.attempts };
    incidents.append(row.incidentId, { atMs: nowMs(), kind, author: null, text: `${to}: ${text}`, details });
  };

  /** Tells by other channels that mail fails, or a channel that is no longer there; once for each notification. */
  const tellElsewhere = (row: OutboxRow, { answer, isPermanent }: Refusal): void => {
    const kind = channels.find(({ name }) => name === row.channel)?.kind ?? "mail";
    const incident = incidents.find(row.incidentId);
    if (kind !== "mail" || incident === null || reasonOf(row) === "undelivered") return;
    const what = row.recipient === "" ? row.channel : `Mail to ${row.recipient}`;
    const note = `${what} cannot be delivered${isPermanent ? "" : " and is tried again"}: ${answer}`;
    const undelivered = { incident, notification: `${row.notification}/undelivered`, reason: "undelivered", isUrgent: row.isUrgent, note, delayMs: 0 } as const;
    enqueue(undelivered, fallbacksOf(row, isPermanent, channels, addresses));
  };

  const settleSent = (row: OutboxRow, answer: string): void => {
    const wasFailing = outbox.channelRecord(row.channel).lastFault !== null;
    outbox.noteChannel(row.channel, nowMs(), null);
    if (wasFailing) outbox.hurry(row.channel, nowMs());
    if (outbox.markSent(row, nowMs())) tellTimeline(row, "notified", `${reasonOf(row)} told; the server said ${answer}`);
  };

  const tryAgain = (row: OutboxRow, refusal: Refusal): void => {
    const delayMs = Math.max(retryDelayMs(row.attempts, parts.random()), refusal.retryAfterMs ?? 0);
    const isPostponed = outbox.postpone(row, nowMs() + delayMs, refusal.answer);
    if (isPostponed && row.isUrgent && row.attempts === 1) tellElsewhere(row, refusal);
  };

  const giveUp = (row: OutboxRow, refusal: Refusal): boolean => {
    if (!outbox.giveUp(row, nowMs(), refusal.answer)) return false;
    const attempts = row.attempts === 1 ? "one attempt" : `${row.attempts} attempts`;
    tellTimeline(row, "notification_failed", `given up after ${attempts}: ${refusal.answer}`);
    tellElsewhere(row, refusal);
    return true;
  };

  return (row, result) => {
    if (result.isSent) {
      settleSent(row, result.answer);
      return false;
    }
    outbox.noteChannel(row.channel, nowMs(), result.answer);
    if (result.isPermanent || nowMs() - row.createdAtMs >= giveUpAfterMs) return giveUp(row, result);
    tryAgain(row, result);
    return false;
  };
}

function reasonOf({ payload }: OutboxRow): Message["reason"] {
  return (JSON.parse(payload) as Message).reason;
}
