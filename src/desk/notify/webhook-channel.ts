import { createHash } from "node:crypto";
import { OperatorError } from "../../errors.ts";
import type { Channel } from "./channel.ts";
import type { Message, MessageReason } from "./message.ts";
import { wordsOf } from "./message-words.ts";
import { postMessage } from "./post-message.ts";
import { signWebhook } from "./sign-webhook.ts";
import { authorizationOf, secretsOf, shownTarget, type WebhookTarget } from "./webhook-target.ts";

/** Length of a key, in bytes (Standard Webhooks 1.0). */
const keyLeastBytes = 24;
const keyMostBytes = 64;
/** Most keys: the new one and those that are being replaced. */
const keysMost = 3;

/** Name of each event, which says how `data` looks. */
const eventTypes: Readonly<Record<MessageReason, string>> = {
  first: "incident.opened",
  escalation: "incident.escalated",
  reminder: "incident.reminder",
  severity_raised: "incident.severity_raised",
  recovery: "incident.recovered",
  reviewed: "incident.reviewed",
  undelivered: "notification.undelivered",
  test: "test",
};

export interface WebhookChannelOptions {
  readonly target: WebhookTarget;
  /** Each signs; the receiver takes any. */
  readonly keys: readonly Uint8Array[];
  readonly nowMs: () => number;
}

/** Posts a signed event in the form of Standard Webhooks 1.0 (standardwebhooks.com), which its libraries verify. */
export function createWebhookChannel({ target, keys, nowMs }: WebhookChannelOptions): Channel {
  return {
    name: target.name,
    kind: "webhook",
    target: shownTarget(target),
    send: (message) => {
      const body = JSON.stringify(eventOf(message));
      const id = `msg_${createHash("sha256").update(message.key).digest("hex").slice(0, 40)}`;
      const timestampS = Math.floor(nowMs() / 1_000);
      const signature = signWebhook({ id, timestampS, body }, keys);
      return postMessage({
        address: target.address,
        secrets: secretsOf(target),
        timeoutMs: target.timeoutMs,
        body,
        headers: { ...authorizationOf(target), "webhook-id": id, "webhook-timestamp": String(timestampS), "webhook-signature": signature },
      });
    },
  };
}

/** Reads keys as `whsec_` and base64, comma-separated, the newest first. @throws OperatorError, which does not repeat them */
export function readWebhookKeys(text: string): Uint8Array[] {
  const keys = text.split(",").map((part) => {
    const encoded = /^\s*whsec_([A-Za-z0-9+/]+={0,2})\s*$/.exec(part)?.[1] ?? "";
    return new Uint8Array(Buffer.from(encoded, "base64"));
  });
  if (keys.length > keysMost || keys.some(({ byteLength }) => byteLength < keyLeastBytes || byteLength > keyMostBytes))
    throw new OperatorError(`WEBHOOK_SECRET must be whsec_ and ${keyLeastBytes} to ${keyMostBytes} bytes as base64; at most ${keysMost}, comma-separated.`);
  return keys;
}

function eventOf(message: Message): object {
  const { reason, createdAtMs, incident, alerts, firingCount, alertCount, incidentUrl, note } = message;
  const time = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());
  return {
    type: eventTypes[reason],
    timestamp: time(createdAtMs),
    data: {
      text: wordsOf(message).subject,
      note,
      incident: {
        id: incident.id,
        title: incident.title,
        severity: incident.severity,
        service: incident.service,
        slo: incident.slo,
        state: incident.state,
        is_drill: incident.isDrill,
        impact_started_at: time(incident.impactStartedAtMs),
        opened_at: time(incident.openedAtMs),
        acknowledged_at: time(incident.acknowledgedAtMs),
        acknowledged_by: incident.acknowledgedBy,
        resolved_at: time(incident.resolvedAtMs),
        url: incidentUrl,
      },
      firing_count: firingCount,
      alert_count: alertCount,
      alerts: alerts.map(({ name, summary, isFiring, startsAtMs, endsAtMs, impact, value, limit, action, runbookUrl }) => ({
        name,
        summary,
        is_firing: isFiring,
        starts_at: time(startsAtMs),
        ends_at: time(endsAtMs),
        impact,
        value,
        limit,
        action,
        runbook_url: runbookUrl,
      })),
    },
  };
}
