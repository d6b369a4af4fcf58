import type { Message, MessageAlert } from "./message.ts";
import { linesOf, spanWords, wordsOf } from "./message-words.ts";

const burningColor = "#d93025";
const overColor = "#1e8e3e";
const linkStyle = "display:inline-block;padding:8px 16px 8px 0";
const buttonStyle =
  "display:inline-block;padding:10px 18px;margin:0 12px 0 0;border-radius:6px;background:#1a56db;color:#ffffff;text-decoration:none;font-weight:bold";

/** A message as HTML that asks for nothing from outside. It sets neither background nor text colour, so that a dark mail program shows its own. */
export function mailHtml(message: Message): string {
  const { subject, title, lead, standing, more } = wordsOf(message);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:16px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45">
<div style="max-width:640px">
<div style="font-size:20px;font-weight:bold">${escapeHtml(title)}</div>
<div style="margin:4px 0">${escapeHtml(lead)}</div>
<div style="opacity:.7;margin:0 0 12px">${escapeHtml(standing)}</div>
<div style="margin:0 0 20px">${link(message.acknowledgeUrl, "Acknowledge", buttonStyle)}${link(message.incidentUrl, "Open the incident", `${linkStyle};font-weight:bold`)}</div>
${message.alerts.map(alertHtml).join("\n")}
${more === null ? "" : `<p style="margin:0 0 20px">${escapeHtml(more)}</p>`}
</div>
</body>
</html>
`;
}

function alertHtml(alert: MessageAlert): string {
  const rows = [...linesOf(alert), { label: "Labels", text: alert.labels }].map(
    ({ label, text }) =>
      `<tr><td style="padding:2px 12px 2px 0;vertical-align:top;white-space:nowrap;opacity:.7">${label}</td><td style="word-break:break-word">${escapeHtml(text)}</td></tr>`,
  );
  return `<div style="border-left:4px solid ${alert.isFiring ? burningColor : overColor};padding:2px 0 2px 12px;margin:0 0 20px">
<div style="font-size:18px;font-weight:bold">${escapeHtml(alert.summary)}</div>
<div style="opacity:.7;margin:2px 0 8px">${escapeHtml(spanWords(alert))}</div>
<table role="presentation" style="border-collapse:collapse;font-size:15px">
${rows.join("\n")}
</table>
<div style="margin:10px 0 0">${link(alert.runbookUrl, "Runbook", `${linkStyle};font-weight:bold`)}${link(alert.dashboardUrl, "Dashboard", linkStyle)}</div>
</div>`;
}

function link(address: string | null, text: string, style: string): string {
  return address === null ? "" : `<a href="${escapeHtml(address)}" style="${style}">${text}</a>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
