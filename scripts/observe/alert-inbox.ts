/** One webhook of Alertmanager, as the list shows it. */
export interface ReceivedWebhook {
  readonly receivedAtMs: number;
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  /** Names of its alerts, each once. */
  readonly alertNames: readonly string[];
  readonly alertCount: number;
}

/** What Alertmanager told: its newest webhooks, and when the watchdog beat last. */
export interface AlertInbox {
  /** Takes the body of a webhook; false when it is not one of version 4. */
  takeWebhook(body: unknown): boolean;
  takeHeartbeat(): void;
  /** The newest first. */
  webhooks(): readonly ReceivedWebhook[];
  /** In milliseconds since 1970; null before the first. */
  heartbeatAtMs(): number | null;
}

/** Most webhooks, and most names of one, that are kept. */
const webhooksMost = 100;
const namesMost = 20;
const nameLengthMost = 100;

export function createAlertInbox(nowMs: () => number): AlertInbox {
  const webhooks: ReceivedWebhook[] = [];
  let heartbeatAtMs: number | null = null;
  return {
    takeWebhook: (body) => {
      const webhook = readWebhook(body, nowMs());
      if (webhook === null) return false;
      webhooks.unshift(webhook);
      webhooks.splice(webhooksMost);
      return true;
    },
    takeHeartbeat: () => {
      heartbeatAtMs = nowMs();
    },
    webhooks: () => webhooks,
    heartbeatAtMs: () => heartbeatAtMs,
  };
}

function readWebhook(body: unknown, receivedAtMs: number): ReceivedWebhook | null {
  if (typeof body !== "object" || body === null) return null;
  const { version, status, receiver, alerts, truncatedAlerts } = body as Record<string, unknown>;
  if (version !== "4" || !Array.isArray(alerts) || (status !== "firing" && status !== "resolved")) return null;
  const names = alerts.map((alert: { labels?: { alertname?: unknown } } | null) => shortText(alert?.labels?.alertname, "unnamed"));
  return {
    receivedAtMs,
    status,
    receiver: shortText(receiver, ""),
    alertNames: [...new Set(names)].slice(0, namesMost),
    alertCount: alerts.length + (typeof truncatedAlerts === "number" ? truncatedAlerts : 0),
  };
}

const shortText = (value: unknown, otherwise: string): string => (typeof value === "string" ? value.slice(0, nameLengthMost) : otherwise);
