import type { Channel } from "./channel.ts";
import type { Message, MessageAlert } from "./message.ts";
import { linesOf, wordsOf } from "./message-words.ts";
import { postMessage } from "./post-message.ts";
import { secretsOf, shownTarget, type WebhookTarget } from "./webhook-target.ts";

const alertsMost = 3;

/** Posts an Adaptive Card to Teams: to an incoming webhook, or to the workflow that took its place. */
export function createTeamsChannel(target: WebhookTarget): Channel {
  return {
    name: target.name,
    kind: "teams",
    target: shownTarget(target),
    send: (message) =>
      postMessage({
        address: target.address,
        secrets: secretsOf(target),
        timeoutMs: target.timeoutMs,
        body: JSON.stringify({
          type: "message",
          attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: cardOf(message) }],
        }),
      }),
  };
}

/** Version 1.2: the newest that both ways into Teams show. */
function cardOf(message: Message): object {
  const { subject, lead, standing } = wordsOf(message);
  const isOver = message.reason === "recovery" || message.reason === "reviewed";
  const hidden = message.alertCount - Math.min(message.alerts.length, alertsMost);
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.2",
    body: [
      block(subject, { weight: "Bolder", size: "Medium", color: isOver ? "Good" : "Attention" }),
      block(lead),
      ...(standing === "" ? [] : [block(standing, { isSubtle: true })]),
      ...message.alerts.slice(0, alertsMost).flatMap(alertBlocks),
      ...(hidden > 0 ? [block(`… and ${hidden} more.`)] : []),
    ],
    actions: [...action("Open the incident", message.incidentUrl), ...action("Runbook", message.alerts[0]?.runbookUrl ?? null)],
  };
}

function alertBlocks(alert: MessageAlert): object[] {
  const facts = linesOf(alert).map(({ label, text }) => ({ title: label, value: escapeCard(text) }));
  return [block(alert.summary, { weight: "Bolder" }), ...(facts.length > 0 ? [{ type: "FactSet", facts }] : [])];
}

function block(text: string, style: object = {}): object {
  return { type: "TextBlock", text: escapeCard(text), wrap: true, ...style };
}

function action(title: string, url: string | null): object[] {
  return url === null ? [] : [{ type: "Action.OpenUrl", title, url }];
}

/** A subject in brackets before a name in round ones would be a link. */
function escapeCard(text: string): string {
  return text.replace(/[\\*_~`[\]]/g, "\\$&");
}
