import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";
import { linesOf, wordsOf } from "./message-words.ts";
import { postMessage } from "./post-message.ts";
import { authorizationOf, secretsOf, shownTarget, type WebhookTarget } from "./webhook-target.ts";

/** Alerts that are shown in a chat; the incident's page has the rest. */
const alertsMost = 3;
/** Most characters of a text, with room below the 4 000 that Slack shows. */
const textLengthMost = 3_500;

/** Posts to an incoming webhook of Slack, Mattermost or Rocket.Chat: plain `text`, which all of them show. */
export function createSlackChannel(target: WebhookTarget): Channel {
  return {
    name: target.name,
    kind: "slack",
    target: shownTarget(target),
    send: (message) =>
      postMessage({
        address: target.address,
        headers: authorizationOf(target),
        secrets: secretsOf(target),
        timeoutMs: target.timeoutMs,
        body: JSON.stringify({ text: slackText(message) }),
      }),
  };
}

function slackText(message: Message): string {
  const { subject, lead, standing } = wordsOf(message);
  const heading = message.incidentUrl === null ? escapeSlack(subject) : `<${escapeSlack(message.incidentUrl)}|${escapeSlack(subject).replaceAll("|", "¦")}>`;
  const alerts = message.alerts
    .slice(0, alertsMost)
    .map((alert) =>
      [
        `*${escapeSlack(alert.summary)}*`,
        ...linesOf(alert).map(({ label, text }) => `${label}: ${escapeSlack(text)}`),
        ...(alert.runbookUrl === null ? [] : [`<${escapeSlack(alert.runbookUrl)}|Runbook>`]),
      ].join("\n"),
    );
  const hidden = message.alertCount - alerts.length;
  const parts = [`*${heading}*`, escapeSlack(lead), escapeSlack(standing), ...alerts, ...(hidden > 0 ? [`… and ${hidden} more.`] : [])];
  return parts.filter(Boolean).join("\n").slice(0, textLengthMost);
}

/** Slack reads these three as markup, `<!channel>` among it; stars and the like only change how a word looks. */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
