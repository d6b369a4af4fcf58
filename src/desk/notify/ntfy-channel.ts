import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";
import { linesOf, wordsOf } from "./message-words.ts";
import { postMessage } from "./post-message.ts";
import { authorizationOf, secretsOf, shownTarget, type WebhookTarget } from "./webhook-target.ts";

/** ntfy makes a file of a longer message; in bytes. */
const messageMostBytes = 4_000;
/** ntfy's priorities: sounds through silence, and the usual. */
const loudPriority = 5;
const usualPriority = 3;

/** Posts to a topic of ntfy, as JSON to the root of its server: header fields could not carry every letter. */
export function createNtfyChannel(target: WebhookTarget): Channel {
  const { origin, pathname } = new URL(target.address);
  const topic = decodeURIComponent(pathname.slice(1));
  return {
    name: target.name,
    kind: "ntfy",
    target: shownTarget(target),
    send: async (message) => {
      const result = await postMessage({
        address: origin,
        headers: authorizationOf(target),
        secrets: [...secretsOf(target), topic],
        timeoutMs: target.timeoutMs,
        body: JSON.stringify({ topic, ...ntfyBody(message) }),
      });
      return result.isSent ? { isSent: true, answer: result.answer.slice(0, "HTTP 200".length) } : result;
    },
  };
}

function ntfyBody(message: Message): object {
  const { subject, lead, standing } = wordsOf(message);
  const [alert] = message.alerts;
  const lines = alert === undefined ? [] : linesOf(alert).map(({ label, text }) => `${label}: ${text}`);
  const isOver = message.reason === "recovery" || message.reason === "reviewed" || message.reason === "test";
  const actions = alert?.runbookUrl ? [{ action: "view", label: "Runbook", url: alert.runbookUrl }] : [];
  return {
    title: subject,
    message: cutBytes([lead, standing, ...lines].filter(Boolean).join("\n")),
    priority: message.isUrgent && !isOver ? loudPriority : usualPriority,
    tags: [isOver ? "white_check_mark" : "rotating_light"],
    ...(message.incidentUrl === null ? {} : { click: message.incidentUrl }),
    ...(actions.length > 0 ? { actions } : {}),
  };
}

/** Cuts at a whole character. */
function cutBytes(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return bytes.byteLength <= messageMostBytes ? text : new TextDecoder().decode(bytes.subarray(0, messageMostBytes)).replace(/\ufffd+$/, "");
}
