import { deskChannels, mailAddresses, notifyPolicy, type NotifySettings } from "./desk-channels.ts";
import type { DeskStores } from "./desk-stores.ts";
import { linkLifetimeMs, makeAcknowledgeToken } from "./notify/acknowledge-link.ts";
import { createNotifications, type Notifications } from "./notify/notifications.ts";
import { createMailGate, type MailGate } from "./drill/mail-gate.ts";
import { createTicker } from "./ticker.ts";

/** How often is looked for what is due to be sent, in milliseconds. */
const notifyEveryMs = 1_000;
/** How long messages that are being sent may take at the end, in milliseconds; what is cut off is sent after the next start. */
const sendingTimeoutMs = 3_000;

export interface DeskNotificationsParts {
  readonly config: NotifySettings;
  readonly stores: Pick<DeskStores, "incidents" | "outbox" | "acknowledgements" | "notes">;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly random: () => number;
  deskUrl(): string;
  onFault(error: unknown): void;
}

export interface DeskNotifications extends Notifications {
  /** Name of the channel that mails; null when nothing is mailed. */
  readonly mailChannel: string | null;
  /** Holds up the mails of a drill, when that is its fault. */
  readonly mailGate: MailGate;
  /** Begins to send. */
  start(): void;
  /** Ends sending, after a little time for what is on its way. */
  stop(): Promise<void>;
}

/** Notifications as the settings want them. @throws OperatorError */
export function createDeskNotifications(parts: DeskNotificationsParts): DeskNotifications {
  const { config, stores, nowMs, monotonicMs, random, deskUrl, onFault } = parts;
  const mailGate = createMailGate();
  const channels = deskChannels(config, nowMs).map(mailGate.guard);
  const policy = notifyPolicy(config);
  const { key } = stores.acknowledgements;
  const notifications = createNotifications({
    incidents: stores.incidents,
    outbox: stores.outbox,
    channels,
    addresses: mailAddresses(config),
    nowMs,
    random,
    onFault,
    policy: () => ({ ...policy, maintenance: stores.notes.maintenance(nowMs()) }),
    incidentUrl: (id) => `${deskUrl()}/incidents/${id}`,
    acknowledgeUrl: (incidentId, recipient, createdAtMs) =>
      `${deskUrl()}/acknowledge/${makeAcknowledgeToken({ incidentId, recipient, expiresAtMs: createdAtMs + linkLifetimeMs }, key)}`,
  });
  const running = new Set<Promise<void>>();
  const run = (): void => {
    const round = notifications.tick().finally(() => running.delete(round));
    running.add(round);
  };
  const ticker = createTicker({ everyMs: notifyEveryMs, firstAfterMs: 0, monotonicMs, run, onSkipped: () => undefined });
  return {
    ...notifications,
    mailGate,
    mailChannel: channels.find(({ kind }) => kind === "mail")?.name ?? null,
    start: ticker.start,
    stop: async () => {
      ticker.stop();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, sendingTimeoutMs);
      });
      await Promise.race([Promise.allSettled(running), late]);
      clearTimeout(timer);
    },
  };
}
