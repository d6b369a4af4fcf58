import { inhibitions } from "../../src/alerting/inhibitions.ts";
import { matcherText, promDuration } from "../../src/alerting/promql.ts";
import { realTime, type TimeScale } from "../../src/alerting/time-scale.ts";
import { isLoopback } from "../../src/config.ts";
import type { Addresses } from "./addresses.ts";
import { yamlDocument } from "./yaml-document.ts";

const minuteS = 60;
const hourS = 3_600;

/** When a group speaks, in seconds: first, again when it changed, and again when it did not. */
interface Pace {
  readonly waitS: number;
  readonly changesS: number;
  readonly repeatsS: number;
}

/**
 * A page is out within 60 s: 5 s scrape, 5 s evaluation, 30 s `for` of LinkServiceDown, and 5 s here, or 15 s when it comes back
 * to a group that has spoken. The heartbeat repeats at each look, because its repetition is due a little before.
 */
const paces = {
  heartbeat: { waitS: 0, changesS: 30, repeatsS: 25 },
  page: { waitS: 5, changesS: 15, repeatsS: 4 * hourS },
  ticket: { waitS: minuteS, changesS: 5 * minuteS, repeatsS: 24 * hourS },
} as const satisfies Record<string, Pace>;

/** Shortest wait and shortest time between two looks at a group, in seconds, however much a scale shortens. */
const waitLeastS = 1;
const changesLeastS = 1;
/**
 * One mail for what belongs together: an objective of a service, and below it one alert with all its instances. Two alerts in a group
 * would mail twice, as Prometheus tells resolved ones for 15 minutes on and each telling changes the group of the other.
 */
const groupBy = ["service", "slo", "alertname"] as const;
/** Most alerts in one webhook; the desk fetches the others. */
const webhookAlertsMost = 100;

/** Alertmanager's configuration: who is told, in what groups, how often, and what is silenced by what. */
export function alertmanagerConfig(addresses: Addresses, scale: TimeScale = realTime): string {
  return yamlDocument("scripts/generate/alertmanager-config.ts and ops/addresses.json", {
    global: mailServerOf(addresses),
    templates: ["mail.tmpl"],
    route: {
      receiver: "tickets",
      group_by: groupBy,
      ...paceOf(paces.ticket, scale),
      routes: [
        { matchers: ['severity="heartbeat"'], receiver: "heartbeat", ...paceOf(paces.heartbeat, scale) },
        // Every alert goes to the desk as well, so that one about failing mail has a way that is not mail.
        { receiver: "desk", ...paceOf(paces.page, scale), continue: true },
        { matchers: ['severity="page"'], receiver: "pages", ...paceOf(paces.page, scale) },
        { receiver: "tickets" },
      ],
    },
    inhibit_rules: inhibitions.map(({ source, target, equal }) => ({
      source_matchers: source.map(matcherText),
      target_matchers: target.map(matcherText),
      equal,
    })),
    receivers: [
      { name: "pages", email_configs: [mailTo(addresses.pagesTo)] },
      { name: "tickets", email_configs: [mailTo(addresses.ticketsTo)] },
      { name: "desk", webhook_configs: [webhook("/webhooks/alertmanager", addresses)] },
      { name: "heartbeat", webhook_configs: [webhook("/heartbeats/watchdog", addresses)] },
    ],
  });
}

function paceOf({ waitS, changesS, repeatsS }: Pace, scale: TimeScale): object {
  const wait = waitS === 0 ? 0 : Math.max(scale.spanS(waitS), waitLeastS);
  const changes = Math.max(scale.spanS(changesS), changesLeastS);
  return {
    group_wait: promDuration(wait),
    group_interval: promDuration(changes),
    repeat_interval: promDuration(Math.max(scale.spanS(repeatsS), (changes * repeatsS) / changesS)),
  };
}

const secretOf = ({ secretsFolder = "secrets" }: Addresses, name: string): string => `${secretsFolder}/${name}`;

function mailServerOf(addresses: Addresses): object {
  const { mailServer, mailFrom, mailUser, isMailPlain = false } = addresses;
  const { hostname } = new URL(`smtp://${mailServer}`);
  return {
    smtp_smarthost: mailServer,
    smtp_from: mailFrom,
    smtp_require_tls: !isMailPlain && !isLoopback(hostname),
    ...(mailUser === undefined ? {} : { smtp_auth_username: mailUser, smtp_auth_password_file: secretOf(addresses, "smtp-password") }),
  };
}

const template = (name: string): string => `{{ template "${name}" . }}`;

/** Mails about one alert form a thread: each refers to a first mail that need not exist. */
function mailTo(address: string): object {
  return {
    to: address,
    send_resolved: true,
    headers: {
      Subject: template("mail.subject"),
      References: template("mail.thread"),
      "In-Reply-To": template("mail.parent"),
      "Auto-Submitted": "auto-generated",
    },
    text: template("mail.text"),
    html: template("mail.html"),
  };
}

function webhook(path: string, addresses: Addresses): object {
  return {
    url: `${addresses.desk}${path}`,
    send_resolved: true,
    max_alerts: webhookAlertsMost,
    ...(addresses.isDeskGuarded === true ? { http_config: { authorization: { type: "Bearer", credentials_file: secretOf(addresses, "desk-token") } } } : {}),
  };
}
