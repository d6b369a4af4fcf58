import type { ChannelView } from "../views.ts";
import type { Channel, SendResult } from "./channel.ts";
import { createEnqueue, type GivenUpForRoom } from "./enqueue.ts";
import type { Message } from "./message.ts";
import { createNotifier, type Notifier } from "./notifier.ts";
import type { NotifyParts } from "./notify-parts.ts";
import { createSender, type SendCounts } from "./sender.ts";

/** How long sent and given-up messages are kept, and how often old ones are removed, in milliseconds. */
const keepForMs = 2_592_000_000;
const forgetEveryMs = 3_600_000;

/** Counts since the start, and how much waits now. */
export interface NotifyCounters {
  /** By name of the channel. */
  readonly channels: Readonly<Record<string, Readonly<SendCounts>>>;
  /** Messages given up because too many waited. */
  readonly givenUpForRoom: Readonly<GivenUpForRoom>;
  readonly waiting: number;
  /** Age of the oldest waiting message, in milliseconds; 0 when none waits. */
  readonly oldestWaitingMs: number;
}

/** What a server said to a test. */
export type TestResult = SendResult & { readonly recipient: string };

export interface Notifications extends Pick<Notifier, "incidentChanged"> {
  /** Looks for what is due and sends it; ends when everything is sent that is due now. To be called every second; never throws. */
  tick(): Promise<void>;
  counters(): NotifyCounters;
  views(): ChannelView[];
  /** Sends a test by a channel, for mail to every address; null when there is no such channel. */
  sendTest(channel: string): Promise<TestResult[] | null>;
}

/** Tells people about incidents. Takes over at once what was left unsent before a restart. */
export function createNotifications(parts: NotifyParts): Notifications {
  const { outbox, channels, addresses, nowMs } = parts;
  const givenUpForRoom: GivenUpForRoom = { pages: 0, tickets: 0 };
  const enqueue = createEnqueue(parts, givenUpForRoom);
  const [notifier, sender] = [createNotifier(parts, enqueue), createSender(parts, enqueue)];
  let forgottenAtMs = 0;
  guard(sender.resume, parts);

  const prepare = (): void => {
    notifier.lookAround();
    if (Math.abs(nowMs() - forgottenAtMs) < forgetEveryMs) return;
    forgottenAtMs = nowMs();
    outbox.forget(nowMs() - keepForMs);
  };

  const test = async (channel: Channel, recipient: string): Promise<TestResult> => {
    const result = await channel.send(testMessage(channel, recipient, nowMs()));
    outbox.noteChannel(channel.name, nowMs(), result.isSent ? null : result.answer);
    return { ...result, recipient };
  };

  return {
    incidentChanged: notifier.incidentChanged,
    tick: async () => {
      guard(prepare, parts);
      await sender.run();
    },
    counters: () => {
      const { waiting, oldestWaitingAtMs } = outbox.counts();
      return {
        channels: Object.fromEntries(channels.map(({ name }) => [name, { ...sender.counts(name) }])),
        givenUpForRoom: { ...givenUpForRoom },
        waiting,
        oldestWaitingMs: oldestWaitingAtMs === null ? 0 : Math.max(0, nowMs() - oldestWaitingAtMs),
      };
    },
    views: () =>
      channels.map(({ name, kind, target }) => {
        const { lastSentAtMs, lastFault } = outbox.channelRecord(name);
        return { name, kind, target, lastSentAtMs, lastFault };
      }),
    sendTest: async (name) => {
      const channel = channels.find((one) => one.name === name);
      if (!channel) return null;
      const recipients = channel.kind === "mail" ? [...new Set([...addresses.team, ...addresses.escalation, ...addresses.drill])] : [""];
      return Promise.all(recipients.map((recipient) => test(channel, recipient)));
    },
  };
}

/** A store that fails for a while does not stop what needs nothing of it. */
function guard(work: () => void, { onFault }: NotifyParts): void {
  try {
    work();
  } catch (error) {
    onFault(error);
  }
}

function testMessage({ name }: Channel, recipient: string, nowMs: number): Message {
  return {
    key: `test/${name}/${recipient}/${nowMs}`,
    reason: "test",
    isUrgent: false,
    createdAtMs: nowMs,
    note: "Somebody pressed “send test” in the incident desk. Nothing is wrong.",
    recipient,
    acknowledgeUrl: null,
    incidentUrl: null,
    alerts: [],
    firingCount: 0,
    alertCount: 0,
    incident: {
      id: 0,
      title: "A test of SREnity's notifications",
      severity: "ticket",
      service: "desk",
      slo: null,
      state: "open",
      isDrill: false,
      impactStartedAtMs: nowMs,
      openedAtMs: nowMs,
      acknowledgedAtMs: null,
      acknowledgedBy: null,
      resolvedAtMs: null,
    },
  };
}
