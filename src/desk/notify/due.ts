import type { Incident, IncidentSeverity } from "../../storage/desk/incident-store.ts";
import type { Notified, NotifyReason } from "../../storage/desk/outbox-store.ts";
import type { NotifyPolicy } from "./notify-policy.ts";

/** Who is told: the team, the second address, both, or those who exercise. */
export type Audience = "team" | "escalation" | "everyone" | "drill";

export interface DueNotification {
  readonly incidentId: number;
  readonly reason: NotifyReason;
  readonly occurrence: number;
  /** Such as `INC-12/first/0`; never due twice. */
  readonly key: string;
  readonly severity: IncidentSeverity;
  /** Carries a page: does not wait for the morning. */
  readonly isUrgent: boolean;
  readonly audience: Audience;
}

export interface NotificationFacts {
  readonly incident: Incident;
  /** What was told about it, oldest first. */
  readonly notified: readonly Notified[];
  /** Since when nobody has it, by its timeline, in milliseconds since 1970. */
  readonly unacknowledgedSinceMs: number;
  readonly policy: NotifyPolicy;
  readonly nowMs: number;
}

/** Where people stand by what they were told. */
interface Standing {
  /** They take it for burning. */
  readonly isTold: boolean;
  /** Times they were told that it began. */
  readonly beginnings: number;
  /** Told since it began the last time. */
  readonly current: readonly Notified[];
  readonly hasEscalated: boolean;
}

/**
 * What people have to be told about an incident now, and why. What is held back by quiet hours or maintenance is due again later,
 * if it still matters then; the end of something that nobody was told of is not told either.
 */
export function notificationsDue(facts: NotificationFacts): DueNotification[] {
  const { incident, notified, policy, nowMs } = facts;
  if (incident.mergedInto !== null) return [];
  const standing = standingOf(notified);
  const isOver = incident.state === "resolved" || incident.state === "reviewed";
  const reasons = isOver ? reasonsWhenOver(facts, standing) : reasonWhileBurning(facts, standing);
  const isMaintained = policy.maintenance.some(
    ({ fromMs, toMs, service }) => fromMs <= nowMs && nowMs < toMs && (service === null || service === incident.service),
  );
  const isQuiet = policy.quietHours?.isQuiet(nowMs) ?? false;
  return reasons
    .map((reason) => dueOf(reason, facts, standing))
    .filter(({ reason, isUrgent }) => (reason === "recovery" || !isMaintained) && (isUrgent || !isQuiet));
}

function standingOf(notified: readonly Notified[]): Standing {
  const beginnings = countOf(notified, "first");
  const current = notified.slice(
    Math.max(
      0,
      notified.findLastIndex(({ reason }) => reason === "first"),
    ),
  );
  return { isTold: beginnings > countOf(notified, "recovery"), beginnings, current, hasEscalated: countOf(current, "escalation") > 0 };
}

function countOf(notified: readonly Notified[], reason: NotifyReason): number {
  return notified.filter((one) => one.reason === reason).length;
}

function reasonWhileBurning(facts: NotificationFacts, standing: Standing): NotifyReason[] {
  if (!standing.isTold) return ["first"];
  const isPage = facts.incident.severity === "page";
  if (isPage && standing.current.at(-1)?.severity === "ticket") return ["severity_raised"];
  if (isPage && isEscalationDue(facts, standing)) return ["escalation"];
  return isReminderDue(facts, standing) ? ["reminder"] : [];
}

/** Nobody can acknowledge what they were not told, so the time counts from the later of the two. */
function isEscalationDue({ incident, unacknowledgedSinceMs, policy, nowMs }: NotificationFacts, { current }: Standing): boolean {
  if (incident.state !== "open") return false;
  const toldAtMs = current.findLast(({ reason }) => reason === "first" || reason === "severity_raised")?.atMs ?? nowMs;
  const waitsSinceMs = Math.max(unacknowledgedSinceMs, toldAtMs);
  const hasEscalated = current.some(({ reason, atMs }) => reason === "escalation" && atMs >= waitsSinceMs);
  return !hasEscalated && nowMs - waitsSinceMs >= policy.escalateAfterMs;
}

function isReminderDue({ incident, policy, nowMs }: NotificationFacts, { current }: Standing): boolean {
  const newsAtMs = Math.max(current.at(-1)?.atMs ?? nowMs, incident.acknowledgedAtMs ?? 0, incident.mitigatedAtMs ?? 0);
  return nowMs - newsAtMs >= (incident.severity === "page" ? policy.remindPageAfterMs : policy.remindTicketAfterMs);
}

/** The first end is told at once; what came back once may come back again, and its end is told when it stays away. */
function reasonsWhenOver({ incident, policy, nowMs }: NotificationFacts, { isTold, beginnings, current }: Standing): NotifyReason[] {
  const isReviewed = incident.state === "reviewed";
  const isCalm = beginnings === 1 || isReviewed || nowMs - (incident.resolvedAtMs ?? nowMs) >= policy.calmMs;
  if (isTold && !isCalm) return [];
  const isReviewDue = isReviewed && beginnings > 0 && countOf(current, "reviewed") === 0;
  return [...(isTold ? (["recovery"] as const) : []), ...(isReviewDue ? (["reviewed"] as const) : [])];
}

function dueOf(reason: NotifyReason, { incident, notified }: NotificationFacts, { current, hasEscalated }: Standing): DueNotification {
  const occurrence = countOf(notified, reason);
  const wasPage = reason === "recovery" && current.some(({ severity }) => severity === "page");
  return {
    incidentId: incident.id,
    reason,
    occurrence,
    key: `INC-${incident.id}/${reason}/${occurrence}`,
    severity: incident.severity,
    isUrgent: reason !== "reviewed" && (incident.severity === "page" || wasPage),
    audience: audienceOf(reason, incident.isDrill, hasEscalated),
  };
}

function audienceOf(reason: NotifyReason, isDrill: boolean, hasEscalated: boolean): Audience {
  if (isDrill) return "drill";
  if (reason === "escalation") return "escalation";
  return hasEscalated ? "everyone" : "team";
}
