import type { Message, MessageAlert } from "./message.ts";
import { linesOf, spanWords, wordsOf } from "./message-words.ts";

/** Columns that names of lines take, so that what they say stands in one line. */
const labelColumns = 12;

/** A message as plain text. */
export function mailText(message: Message): string {
  const { title, lead, standing, more } = wordsOf(message);
  const links = [...named("Incident", message.incidentUrl), ...named("Acknowledge", message.acknowledgeUrl)];
  const blocks = [
    [title, lead, ...(standing === "" ? [] : [standing])].join("\n"),
    ...(links.length > 0 ? [links.join("\n")] : []),
    ...message.alerts.map(alertText),
    ...(more === null ? [] : [more]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function alertText(alert: MessageAlert): string {
  return [
    `${alert.isFiring ? "FIRING" : "RESOLVED"}: ${alert.summary}`,
    spanWords(alert),
    ...linesOf(alert).flatMap(({ label, text }) => named(label, text)),
    ...named("Runbook", alert.runbookUrl),
    ...named("Dashboard", alert.dashboardUrl),
    ...named("Labels", alert.labels),
  ].join("\n");
}

function named(label: string, text: string | null): string[] {
  return text ? [`  ${label.padEnd(labelColumns)}${text}`] : [];
}
