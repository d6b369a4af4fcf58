import type { IncidentStore } from "../../storage/desk/incident-store.ts";
import type { OutboxStore } from "../../storage/desk/outbox-store.ts";
import type { Channel } from "./channel.ts";
import type { MailAddresses } from "./destinations.ts";
import type { NotifyPolicy } from "./notify-policy.ts";

/** What notifying is put together from. */
export interface NotifyParts {
  readonly incidents: IncidentStore;
  readonly outbox: OutboxStore;
  readonly channels: readonly Channel[];
  readonly addresses: MailAddresses;
  /** Read anew each time: maintenance windows come and go. */
  readonly policy: () => NotifyPolicy;
  readonly nowMs: () => number;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Address of an incident's page; null when the desk has no address of its own. */
  readonly incidentUrl: (incidentId: number) => string | null;
  /** Address of the page that acknowledges for the recipient of a mail. */
  readonly acknowledgeUrl: (incidentId: number, recipient: string, createdAtMs: number) => string | null;
  /** Told of what went wrong in the outbox itself: a full disk, a lock. */
  readonly onFault: (error: unknown) => void;
}
