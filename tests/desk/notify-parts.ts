import type { Database } from "bun:sqlite";
import { type MailSink, startMailSink } from "../../scripts/observe/mail-sink.ts";
import type { AlertChange } from "../../src/desk/incidents/choose-incident.ts";
import { createIncidentDesk, type IncidentDesk } from "../../src/desk/incidents/incident-desk.ts";
import { linkLifetimeMs, makeAcknowledgeToken } from "../../src/desk/notify/acknowledge-link.ts";
import type { Channel } from "../../src/desk/notify/channel.ts";
import type { MailAddresses } from "../../src/desk/notify/destinations.ts";
import { createMailChannel } from "../../src/desk/notify/mail-channel.ts";
import { createNotifications, type Notifications } from "../../src/desk/notify/notifications.ts";
import { type NotifyPolicy, usualPolicy } from "../../src/desk/notify/notify-policy.ts";
import { readSmtpUrl } from "../../src/desk/notify/read-smtp-url.ts";
import type { IncidentStore } from "../../src/storage/desk/incident-store.ts";
import type { AcknowledgeStore, OutboxStore } from "../../src/storage/desk/outbox-store.ts";
import { openIncidents } from "../../src/storage/sqlite/desk/incidents.ts";
import { openDesk } from "../../src/storage/sqlite/desk/open-desk.ts";
import { openAcknowledgements, openOutbox } from "../../src/storage/sqlite/desk/outbox.ts";

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const fromAddress = "SREnity <desk@srenity.example>";
const team: MailAddresses = { team: ["ana@srenity.example"], escalation: ["boss@srenity.example"], drill: [] };

/** A clock that is set by hand. */
export interface HandClock {
  nowMs: number;
}

export interface NotifyDeskOptions {
  readonly folder: string;
  readonly clock: HandClock;
  readonly channels: readonly Channel[];
  readonly addresses?: MailAddresses;
  readonly policy?: Partial<NotifyPolicy>;
}

/** The incident desk with its notifications on a database in a folder, as after a start. */
export interface NotifyDesk extends Disposable {
  readonly database: Database;
  readonly store: IncidentStore;
  readonly outbox: OutboxStore;
  readonly links: AcknowledgeStore;
  readonly desk: IncidentDesk;
  readonly notifications: Notifications;
  readonly faults: unknown[];
  /** Sets the clock forward and does what is due then. */
  pass(durationMs: number): Promise<void>;
}

/** Starts the desk on a folder, where another may have been before. */
export function openNotifyDesk({ folder, clock, channels, addresses = team, policy = {} }: NotifyDeskOptions): NotifyDesk {
  const { database, close } = openDesk(folder, clock.nowMs);
  const [store, outbox] = [openIncidents(database), openOutbox(database)];
  const links = openAcknowledgements(database, crypto.getRandomValues(new Uint8Array(32)));
  const faults: unknown[] = [];
  const token = (incidentId: number, recipient: string, createdAtMs: number): string =>
    makeAcknowledgeToken({ incidentId, recipient, expiresAtMs: createdAtMs + linkLifetimeMs }, links.key);
  const notifications = createNotifications({
    incidents: store,
    outbox,
    channels,
    addresses,
    policy: () => ({ ...usualPolicy, ...policy }),
    nowMs: () => clock.nowMs,
    random: () => 0.5,
    incidentUrl: (id) => `https://desk.example/incidents/${id}`,
    acknowledgeUrl: (...link) => `https://desk.example/acknowledge/${token(...link)}`,
    onFault: (error) => faults.push(error),
  });
  const desk = createIncidentDesk({ store, onChange: notifications.incidentChanged, impactStartOf: ({ startsAtMs }) => startsAtMs });
  const pass = async (durationMs: number): Promise<void> => {
    clock.nowMs += durationMs;
    await notifications.tick();
  };
  return { database, store, outbox, links, desk, notifications, faults, pass, [Symbol.dispose]: close };
}

/** An alert as the evaluator tells of it. */
export function alertOf(clock: HandClock, change: Partial<AlertChange> = {}): AlertChange {
  const name = change.name ?? "LinkServiceDown";
  return {
    fingerprint: name,
    name,
    severity: "page",
    service: "link-service",
    slo: null,
    isDrill: false,
    labels: { alertname: name, severity: "page", service: "link-service" },
    annotations: {
      summary: "The link service does not answer",
      impact: "No short link redirects and none can be made.",
      action: "Look whether the process runs.",
      value: "0 instances that answer",
      limit: "at 0",
      runbook_url: "https://desk.example/runbooks/LinkServiceDown",
    },
    isFiring: true,
    startsAtMs: clock.nowMs,
    endsAtMs: null,
    ...change,
  };
}

/** A mail server on loopback, and the channel that leads to it. */
export async function startMail(port = 0): Promise<MailSink & AsyncDisposable & { channel: Channel }> {
  const sink = await startMailSink({ port, keepMost: 10_000, nowMs: Date.now });
  const channel = createMailChannel({ server: readSmtpUrl(`smtp://127.0.0.1:${sink.port}`), from: fromAddress, timeoutMs: 2_000 });
  return { ...sink, channel, [Symbol.asyncDispose]: () => sink.stop() };
}
