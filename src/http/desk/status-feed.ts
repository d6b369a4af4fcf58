import type { PublicStatus } from "../../desk/status/status-desk.ts";
import { stateWords } from "./status-page.ts";

/** Characters per unit of width in the badge, and its height. */
const characterWidth = 7;
const paddingWidth = 10;
const badgeHeight = 20;
const colors = { operational: "#2d7d46", disrupted: "#b3261e", unknown: "#6b7280" } as const;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "\ufffd");

/** The updates of incidents as RSS 2.0, the newest first. */
export function statusFeed({ open, history }: PublicStatus, deskUrl: string): string {
  const items = [...open, ...history]
    .flatMap(({ id, components, updates }) => updates.map((update, index) => ({ id, components, update, number: updates.length - index })))
    .toSorted((a, b) => b.update.atMs - a.update.atMs)
    .map(({ id, components, update, number }) =>
      [
        "<item>",
        `<title>${escaped(`${update.phase}: ${components.join(" and ")}`)}</title>`,
        `<description>${escaped(update.text)}</description>`,
        `<pubDate>${new Date(update.atMs).toUTCString()}</pubDate>`,
        `<link>${escaped(`${deskUrl}/status#incident-${id}`)}</link>`,
        `<guid isPermaLink="false">incident-${id}-${number}</guid>`,
        "</item>",
      ].join(""),
    );
  const head = `<title>Status</title><link>${escaped(`${deskUrl}/status`)}</link><description>Incidents and their updates</description>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>${head}${items.join("")}</channel></rss>\n`;
}

/** The state in a small picture. */
export function statusBadge({ state }: PublicStatus): string {
  const word = stateWords[state].toLowerCase();
  const [left, right] = ["status", word].map((text) => text.length * characterWidth + paddingWidth) as [number, number];
  const text = (content: string, x: number): string => `<text x="${x}" y="14" text-anchor="middle">${content}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${badgeHeight}" role="img" aria-label="status: ${word}">`,
    `<title>status: ${word}</title><rect width="${left + right}" height="${badgeHeight}" rx="3" fill="#444a52"/>`,
    `<rect x="${left}" width="${right}" height="${badgeHeight}" rx="3" fill="${colors[state]}"/>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text("status", left / 2)}${text(word, left + right / 2)}</g></svg>`,
  ].join("");
}
