import type { IncidentSeverity } from "./incident-store.ts";

/** Why people are told about an incident. */
export const notifyReasons = ["first", "escalation", "reminder", "severity_raised", "recovery", "reviewed"] as const;
export type NotifyReason = (typeof notifyReasons)[number];

/** One time that people were told, whether or not the mails have left yet. */
export interface Notified {
  readonly reason: NotifyReason;
  /** How many of this reason were before it. */
  readonly occurrence: number;
  /** In milliseconds since 1970. */
  readonly atMs: number;
  /** Of the incident at that time. */
  readonly severity: IncidentSeverity;
}

export const outboxStates = ["waiting", "sent", "dead"] as const;
export type OutboxState = (typeof outboxStates)[number];

/** One message to one recipient. Times are in milliseconds since 1970. */
export interface OutboxRow {
  readonly id: number;
  /** Unique: notification, channel and recipient. */
  readonly key: string;
  /** What made it due, such as `INC-12/first/0`. */
  readonly notification: string;
  readonly incidentId: number;
  /** Name of the channel it leaves by. */
  readonly channel: string;
  /** An address for mail; empty where the channel has one receiver. */
  readonly recipient: string;
  /** Given up for room only when nothing else is left. */
  readonly isUrgent: boolean;
  /** JSON. */
  readonly payload: string;
  readonly state: OutboxState;
  /** How often it was claimed; a claim is the number it was given. */
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly nextAttemptAtMs: number;
  readonly lastFault: string | null;
}

export type NewOutboxRow = Omit<OutboxRow, "id" | "state" | "attempts" | "lastFault">;

/** Which attempt at which row; what it reports counts only while no later one was begun. */
export type Claim = Pick<OutboxRow, "id" | "attempts">;

export interface ClaimOptions {
  readonly channel: string;
  readonly nowMs: number;
  /** A claimed row that nothing is heard of is tried again after this long, in milliseconds. */
  readonly leaseMs: number;
  /** No row waits longer than this, in milliseconds: one that would was written before the clock was set back, and is due. */
  readonly waitMostMs: number;
  readonly limit: number;
}

export interface OutboxCounts {
  readonly waiting: number;
  readonly oldestWaitingAtMs: number | null;
}

/** How a channel fared last. */
export interface ChannelRecord {
  readonly lastSentAtMs: number | null;
  readonly lastFault: string | null;
  readonly lastFaultAtMs: number | null;
}

/** What is to be sent, and what people were told. Every change is one statement; `IncidentStore.together` makes several one. */
export interface OutboxStore {
  /** What was told about an incident, oldest first. */
  notified(incidentId: number): Notified[];
  /** Notes that people are told now; false when this was noted before. */
  addNotified(incidentId: number, notified: Notified): boolean;
  /** False when there is a row with this key. */
  put(row: NewOutboxRow): boolean;
  /** Takes rows that are due, pages first: only the oldest of one incident for one recipient, so that nothing overtakes. */
  claim(options: ClaimOptions): OutboxRow[];
  /** Replaces what is sent, while the claim holds. */
  rewrite(claim: Claim, payload: string): void;
  /** False when the claim no longer holds. */
  markSent(claim: Claim, atMs: number): boolean;
  postpone(claim: Claim, nextAttemptAtMs: number, fault: string): boolean;
  giveUp(claim: Claim, atMs: number, fault: string): boolean;
  /** Makes all rows of a channel due that wait for another attempt. */
  hurry(channel: string, atMs: number): void;
  /** Makes claimed rows due: their sender is gone. For the start, before anything is sent. */
  releaseClaims(atMs: number): void;
  /** Waiting rows of channels with other names, for which nobody sends. */
  withoutChannel(names: readonly string[]): OutboxRow[];
  /** The waiting row that is given up first when there is no room: the oldest that is not urgent and not being sent, else the oldest urgent. */
  leastNeeded(): OutboxRow | null;
  counts(): OutboxCounts;
  channelRecord(channel: string): ChannelRecord;
  noteChannel(channel: string, atMs: number, fault: string | null): void;
  /** Removes rows that were sent or given up before a time. */
  forget(beforeMs: number): void;
}

/** What acknowledging from a mail needs. */
export interface AcknowledgeStore {
  /** Signs the links; made once, kept with the incidents. */
  readonly key: Uint8Array;
  /** Takes a link for used; false when it was. Forgets those that expired before `nowMs`. */
  use(link: { readonly digest: string; readonly expiresAtMs: number }, nowMs: number): boolean;
  isUsed(digest: string): boolean;
}
