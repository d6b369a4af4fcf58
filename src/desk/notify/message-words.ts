import type { Message, MessageAlert } from "./message.ts";

/** One named line of a message. */
export interface MessageLine {
  readonly label: string;
  readonly text: string;
}

/** A message in words that every channel can show. */
export interface MessageWords {
  /** One line, with everything that tells it from others. */
  readonly subject: string;
  readonly title: string;
  /** Why this is told now, in a sentence. */
  readonly lead: string;
  /** Number, severity, service and who has it. */
  readonly standing: string;
  /** Alerts beyond those listed; null when there are none. */
  readonly more: string | null;
}

const marks: Readonly<Record<Message["reason"], string>> = {
  first: "FIRING",
  escalation: "ESCALATED",
  reminder: "STILL OPEN",
  severity_raised: "NOW A PAGE",
  recovery: "RESOLVED",
  reviewed: "REVIEWED",
  undelivered: "NOT DELIVERED",
  test: "TEST",
};

/** Puts a message into words, before any markup. */
export function wordsOf(message: Message): MessageWords {
  const { incident, reason, firingCount, alertCount, alerts } = message;
  const count = reason === "recovery" || reason === "reviewed" ? alertCount : firingCount;
  const mark = reason === "first" && alertCount === 0 ? "OPEN" : marks[reason];
  const drill = incident.isDrill ? "[DRILL] " : "";
  if (reason === "test") return { subject: `[TEST] ${incident.title}`, title: incident.title, lead: leadOf(message), standing: "", more: null };
  return {
    subject: `${drill}[${mark}${count > 1 ? `:${count}` : ""}] ${incident.title}${count > 1 ? ` and ${count - 1} more` : ""} (INC-${incident.id})`,
    title: `${drill}${incident.title}`,
    lead: `${incident.isDrill ? "This is a drill. " : ""}${leadOf(message)}`,
    standing: standingOf(message),
    more: alertCount > alerts.length ? `… and ${alertCount - alerts.length} more.` : null,
  };
}

/** What a responder needs of an alert, in the order in which they need it. */
export function linesOf({ isFiring, impact, value, limit, action }: MessageAlert): MessageLine[] {
  const line = (label: string, text: string | null): MessageLine[] => (text === null ? [] : [{ label, text }]);
  return [...line("Users feel", impact), ...line("Value", value), ...line("Limit", limit), ...line("Do first", isFiring ? action : null)];
}

/** `2026-11-25 00:15:12 UTC`. */
export function timeWords(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** When an alert fires, or fired. */
export function spanWords({ startsAtMs, endsAtMs }: MessageAlert): string {
  return endsAtMs === null ? `Firing since ${timeWords(startsAtMs)}` : `Resolved: from ${timeWords(startsAtMs)} to ${timeWords(endsAtMs)}`;
}

/** `2 h 5 min`, in the two largest units. */
function durationWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  return `${hours} h ${minutes % 60} min`;
}

function leadOf({ reason, note, incident, createdAtMs, firingCount, alertCount }: Message): string {
  const { severity, impactStartedAtMs, resolvedAtMs, acknowledgedBy } = incident;
  const since = `since ${timeWords(impactStartedAtMs)}`;
  switch (reason) {
    case "first":
      return `${severity === "page" ? "This needs you now" : "This can wait for working hours"}: ${since}.`;
    case "escalation":
      return `Nobody has acknowledged this page, ${durationWords(createdAtMs - incident.openedAtMs)} after it was opened: ${since}.`;
    case "reminder":
      return `Not resolved after ${durationWords(createdAtMs - impactStartedAtMs)}${acknowledgedBy === null ? ", and nobody has it" : ""}: ${since}.`;
    case "severity_raised":
      return `This was a ticket and is a page now: ${since}.`;
    case "recovery":
      return resolvedAtMs === null
        ? `It was over, and has begun again: ${since}.`
        : `Over after ${durationWords(resolvedAtMs - impactStartedAtMs)}: from ${timeWords(impactStartedAtMs)} to ${timeWords(resolvedAtMs)}.${
            alertCount > 0 && firingCount > 0 ? " It was resolved by hand; alerts still fire." : ""
          }`;
    case "reviewed":
      return "The post-mortem is ready.";
    case "undelivered":
    case "test":
      return note ?? "";
  }
}

function standingOf({ incident }: Message): string {
  const { id, severity, service, slo, state, acknowledgedBy, acknowledgedAtMs } = incident;
  const who = acknowledgedBy === null || acknowledgedAtMs === null ? "" : ` by ${acknowledgedBy} at ${timeWords(acknowledgedAtMs)}`;
  const acknowledged = state === "acknowledged" ? `acknowledged${who}` : state;
  return [`INC-${id}`, severity, service, ...(slo === null ? [] : [slo]), acknowledged].join(" · ");
}
