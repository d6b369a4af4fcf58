import type { Config } from "../config.ts";
import type { Channel } from "./notify/channel.ts";
import type { MailAddresses } from "./notify/destinations.ts";
import { createMailChannel } from "./notify/mail-channel.ts";
import { type NotifyPolicy, usualPolicy } from "./notify/notify-policy.ts";
import { readQuietHours } from "./notify/quiet-hours.ts";
import { readNotifyUrls } from "./notify/read-notify-urls.ts";
import { readSmtpUrl } from "./notify/read-smtp-url.ts";
import { readWebhookKeys } from "./notify/webhook-channel.ts";

export type NotifySettings = Pick<
  Config,
  "SMTP_URL" | "MAIL_FROM" | "MAIL_TO" | "MAIL_ESCALATION_TO" | "NOTIFY_URLS" | "WEBHOOK_SECRET" | "ESCALATE_AFTER_MIN" | "QUIET_HOURS"
>;

const minuteMs = 60_000;

/** The ways to people that the settings name. @throws OperatorError */
export function deskChannels(config: NotifySettings, nowMs: () => number): Channel[] {
  const webhookKeys = config.WEBHOOK_SECRET === "" ? [] : readWebhookKeys(config.WEBHOOK_SECRET);
  const mail = config.SMTP_URL === null ? [] : [createMailChannel({ server: readSmtpUrl(config.SMTP_URL), from: config.MAIL_FROM[0] ?? "" })];
  return [...mail, ...readNotifyUrls(config.NOTIFY_URLS.join(","), { webhookKeys, nowMs })];
}

export function mailAddresses({ MAIL_TO, MAIL_ESCALATION_TO }: NotifySettings): MailAddresses {
  return { team: MAIL_TO, escalation: MAIL_ESCALATION_TO, drill: [] };
}

/** When people are told, but for maintenance, which comes and goes. @throws OperatorError */
export function notifyPolicy({ ESCALATE_AFTER_MIN, QUIET_HOURS }: NotifySettings): Omit<NotifyPolicy, "maintenance"> {
  return { ...usualPolicy, escalateAfterMs: ESCALATE_AFTER_MIN * minuteMs, quietHours: QUIET_HOURS === null ? null : readQuietHours(QUIET_HOURS) };
}
