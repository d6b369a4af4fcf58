import type { Incident, IncidentAlert, IncidentSeverity, IncidentState } from "../../storage/desk/incident-store.ts";
import type { NotifyReason } from "../../storage/desk/outbox-store.ts";
import { cleanText } from "../watch/clean-text.ts";

/** Alerts that a message lists; the rest are counted. */
export const alertsListedMost = 20;
/** Most characters of a foreign text, and of all labels of an alert together. */
const textLengthMost = 300;

/** `undelivered` tells by one channel that another fails. */
export type MessageReason = NotifyReason | "undelivered" | "test";

export interface MessageAlert {
  readonly name: string;
  readonly summary: string;
  readonly isFiring: boolean;
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  /** What users feel. */
  readonly impact: string | null;
  readonly value: string | null;
  readonly limit: string | null;
  /** What to do first. */
  readonly action: string | null;
  readonly runbookUrl: string | null;
  readonly dashboardUrl: string | null;
  readonly labels: string;
}

/** How an incident stands, as far as a message tells. Times are in milliseconds since 1970. */
export interface MessageIncident {
  readonly id: number;
  readonly title: string;
  readonly severity: IncidentSeverity;
  readonly service: string;
  readonly slo: string | null;
  readonly state: IncidentState;
  readonly isDrill: boolean;
  readonly impactStartedAtMs: number;
  readonly openedAtMs: number;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAtMs: number | null;
}

/** What is known of an incident at one time. */
export interface Snapshot {
  readonly incident: MessageIncident;
  /** The first ones; those that fire before those that ended. */
  readonly alerts: readonly MessageAlert[];
  readonly firingCount: number;
  readonly alertCount: number;
  readonly incidentUrl: string | null;
}

/** What one recipient is told. Channels put it into words. */
export interface Message extends Snapshot {
  /** Equal for every attempt: recipients recognise a message that they have by it. */
  readonly key: string;
  readonly reason: MessageReason;
  readonly isUrgent: boolean;
  readonly createdAtMs: number;
  /** What the reason alone does not say, such as which delivery fails. */
  readonly note: string | null;
  readonly recipient: string;
  /** Page with a button that acknowledges; null where there is nothing to acknowledge. */
  readonly acknowledgeUrl: string | null;
}

/** Takes down what a message tells of an incident; foreign texts become short lines. */
export function takeSnapshot(incident: Incident, alerts: readonly IncidentAlert[], incidentUrl: string | null): Snapshot {
  const firing = alerts.filter(({ endsAtMs }) => endsAtMs === null);
  const ended = alerts.filter(({ endsAtMs }) => endsAtMs !== null);
  const { id, severity, state, isDrill, impactStartedAtMs, openedAtMs, acknowledgedAtMs, resolvedAtMs } = incident;
  return {
    incident: {
      id,
      title: line(incident.title),
      severity,
      service: line(incident.service),
      slo: incident.slo === null ? null : line(incident.slo),
      state,
      isDrill,
      impactStartedAtMs,
      openedAtMs,
      acknowledgedAtMs,
      acknowledgedBy: incident.acknowledgedBy === null ? null : line(incident.acknowledgedBy),
      resolvedAtMs,
    },
    alerts: [...firing, ...ended].slice(0, alertsListedMost).map(messageAlertOf),
    firingCount: firing.length,
    alertCount: alerts.length,
    incidentUrl,
  };
}

function messageAlertOf({ name, labels, annotations, startsAtMs, endsAtMs }: IncidentAlert): MessageAlert {
  const annotation = (key: string): string | null => (annotations[key] ? line(annotations[key]) : null);
  return {
    name: line(name),
    summary: annotation("summary") ?? line(name),
    isFiring: endsAtMs === null,
    startsAtMs,
    endsAtMs,
    impact: annotation("impact"),
    value: annotation("value"),
    limit: annotation("limit"),
    action: annotation("action"),
    runbookUrl: webAddress(annotations["runbook_url"]),
    dashboardUrl: webAddress(annotations["dashboard_url"]),
    labels: line(
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(", "),
    ),
  };
}

function line(text: string): string {
  return cleanText(text.replace(/\s+/g, " "), textLengthMost);
}

/** Alerts come from elsewhere: what is no web address is not made a link. */
function webAddress(text: string | undefined): string | null {
  if (text === undefined || text.length > textLengthMost || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return /^https?:$/.test(protocol) ? href : null;
}
