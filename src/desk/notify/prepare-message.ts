import type { OutboxRow } from "../../storage/desk/outbox-store.ts";
import { type Message, takeSnapshot } from "./message.ts";
import type { NotifyParts } from "./notify-parts.ts";

type PrepareParts = Pick<NotifyParts, "incidents" | "outbox" | "incidentUrl" | "acknowledgeUrl" | "onFault">;

/**
 * Makes the message that a row is sent as. At its first attempt it takes in what is known by then, such as the other alerts of the outage,
 * and is kept like that: every later attempt sends the same.
 */
export function prepareMessage(parts: PrepareParts, row: OutboxRow): Message {
  const stored = JSON.parse(row.payload) as Message;
  const incident = row.attempts === 1 ? parts.incidents.find(row.incidentId) : null;
  if (incident === null) return withLink(parts, row, stored);
  const fresh = { ...stored, ...takeSnapshot(incident, parts.incidents.alerts(incident.id), parts.incidentUrl(incident.id)) };
  try {
    parts.outbox.rewrite(row, JSON.stringify(fresh));
  } catch (error) {
    parts.onFault(error); // a disk that is full keeps no message from leaving
  }
  return withLink(parts, row, fresh);
}

/** The link is signed here and stored nowhere. */
function withLink({ acknowledgeUrl }: PrepareParts, { incidentId, recipient, createdAtMs }: OutboxRow, message: Message): Message {
  const { acknowledgedBy, resolvedAtMs } = message.incident;
  const isWanted = recipient !== "" && acknowledgedBy === null && resolvedAtMs === null && message.reason !== "undelivered";
  return { ...message, acknowledgeUrl: isWanted ? acknowledgeUrl(incidentId, recipient, createdAtMs) : null };
}
