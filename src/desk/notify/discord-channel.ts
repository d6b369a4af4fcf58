import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";
import { linesOf, wordsOf } from "./message-words.ts";
import { postMessage } from "./post-message.ts";
import { secretsOf, shownTarget, type WebhookTarget } from "./webhook-target.ts";

const alertsMost = 3;
/** Most characters that Discord takes of a title and of a field; of a description it takes 4 096. */
const titleLengthMost = 256;
const fieldLengthMost = 1_024;
const descriptionLengthMost = 2_000;
const burningColor = 0xd93025;
const overColor = 0x1e8e3e;

/** Posts to a webhook of Discord, and waits until the message is there: without that it answers before it has looked. */
export function createDiscordChannel(target: WebhookTarget): Channel {
  const address = new URL(target.address);
  address.searchParams.set("wait", "true");
  return {
    name: target.name,
    kind: "discord",
    target: shownTarget(target),
    send: async (message) => {
      const result = await postMessage({
        address: address.href,
        secrets: secretsOf(target),
        timeoutMs: target.timeoutMs,
        body: JSON.stringify(discordBody(message)),
      });
      // The answer to success is the whole message again.
      return result.isSent ? { isSent: true, answer: result.answer.slice(0, "HTTP 200".length) } : result;
    },
  };
}

function discordBody(message: Message): object {
  const { subject, lead, standing } = wordsOf(message);
  const hidden = message.alertCount - Math.min(message.alerts.length, alertsMost);
  const fields = message.alerts.slice(0, alertsMost).map((alert) => ({
    name: cut(escapeDiscord(alert.summary), titleLengthMost),
    value: cut(
      [
        ...linesOf(alert).map(({ label, text }) => `${label}: ${escapeDiscord(text)}`),
        ...(alert.runbookUrl === null ? [] : [`Runbook: <${alert.runbookUrl}>`]),
      ].join("\n") || "—",
      fieldLengthMost,
    ),
  }));
  return {
    // Nobody is called by what an alert is named.
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cut(escapeDiscord(subject), titleLengthMost),
        ...(message.incidentUrl === null ? {} : { url: message.incidentUrl }),
        description: cut([escapeDiscord(lead), escapeDiscord(standing), ...(hidden > 0 ? [`… and ${hidden} more.`] : [])].join("\n"), descriptionLengthMost),
        color: message.reason === "recovery" || message.reason === "reviewed" ? overColor : burningColor,
        fields,
      },
    ],
  };
}

function escapeDiscord(text: string): string {
  return text.replace(/[\\*_~`|>[\]#]/g, "\\$&");
}

function cut(text: string, lengthMost: number): string {
  return text.length > lengthMost ? `${text.slice(0, lengthMost - 1)}…` : text;
}
