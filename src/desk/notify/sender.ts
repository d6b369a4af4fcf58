import type { OutboxRow } from "../../storage/desk/outbox-store.ts";
import { faultWords } from "../watch/fault-words.ts";
import type { Channel, SendResult } from "./channel.ts";
import type { createEnqueue } from "./enqueue.ts";
import type { Message } from "./message.ts";
import type { NotifyParts } from "./notify-parts.ts";
import { prepareMessage } from "./prepare-message.ts";
import { createSettle } from "./settle-delivery.ts";

/** Messages of one channel that are under way at once. */
const atOnceMost = 8;
/** A claimed message that nothing is heard of is tried again after this long, in milliseconds: longer than any channel takes. */
const leaseMs = 90_000;
/** Longest that a message may wait for its next attempt, in milliseconds: what a server may ask for. */
const waitMostMs = 3_600_000;

/** What was done since the start, by channel. */
export interface SendCounts {
  sent: number;
  /** Attempts that failed. */
  failed: number;
  /** Messages that were given up. */
  dead: number;
}

export interface Sender {
  /** Takes over what a sender before it left claimed. For the start. */
  resume(): void;
  /** Sends what is due by every channel that is idle; ends when that is done. Never throws. */
  run(): Promise<void>;
  counts(channel: string): Readonly<SendCounts>;
}

/** Sends what is in the outbox: at least once, in order for each incident and recipient, and no channel waits for another. */
export function createSender(parts: NotifyParts, enqueue: ReturnType<typeof createEnqueue>): Sender {
  const { incidents, outbox, channels, nowMs } = parts;
  const settle = createSettle(parts, enqueue);
  const busy = new Set<string>();
  const counts = new Map(channels.map(({ name }) => [name, { sent: 0, failed: 0, dead: 0 } satisfies SendCounts]));
  /** What is final but could not be marked, by row: with a full disk it would be sent again and again. */
  const unmarked = new Map<number, SendResult>();

  const count = (channel: string, what: keyof SendCounts): void => {
    const own = counts.get(channel);
    if (own) own[what] += 1;
  };

  const attempt = async (channel: Channel, row: OutboxRow): Promise<SendResult> => {
    const result = await send(channel, prepareMessage(parts, row));
    count(channel.name, result.isSent ? "sent" : "failed");
    if (result.isSent || result.isPermanent) unmarked.set(row.id, result);
    return result;
  };

  const deliver = async (channel: Channel, row: OutboxRow): Promise<void> => {
    const result = unmarked.get(row.id) ?? (await attempt(channel, row));
    if (incidents.together(() => settle(row, result))) count(channel.name, "dead");
    unmarked.delete(row.id);
  };

  const claim = (channel: string): OutboxRow[] => outbox.claim({ channel, nowMs: nowMs(), leaseMs, waitMostMs, limit: atOnceMost });

  const runChannel = async (channel: Channel): Promise<void> => {
    if (busy.has(channel.name)) return;
    busy.add(channel.name);
    try {
      for (let rows = claim(channel.name); rows.length > 0; rows = claim(channel.name)) {
        const ends = await Promise.allSettled(rows.map((row) => deliver(channel, row)));
        for (const end of ends) if (end.status === "rejected") throw end.reason;
      }
    } catch (error) {
      parts.onFault(error);
    } finally {
      busy.delete(channel.name);
    }
  };

  return {
    resume: () =>
      incidents.together(() => {
        outbox.releaseClaims(nowMs());
        for (const row of outbox.withoutChannel(channels.map(({ name }) => name)))
          settle(row, { isSent: false, answer: "the channel is no longer in the settings", isPermanent: true });
      }),
    run: async () => {
      await Promise.all(channels.map(runChannel));
    },
    counts: (channel) => counts.get(channel) ?? { sent: 0, failed: 0, dead: 0 },
  };
}

/** A channel that throws all the same has not sent. */
async function send(channel: Channel, message: Message): Promise<SendResult> {
  try {
    return await channel.send(message);
  } catch (error) {
    return { isSent: false, answer: faultWords(error, leaseMs), isPermanent: false };
  }
}
