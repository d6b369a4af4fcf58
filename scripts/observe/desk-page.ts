import { html, raw } from "hono/html";
import type { Markup } from "../../src/http/page.ts";

export const styleSheetPath = "/assets/desk.css";
/** How often a page that shows the present loads itself again, in seconds. */
const reloadEveryS = 5;

interface PageOptions {
  title: string;
  /** Whether it shows the present, and so loads itself again. */
  isLive: boolean;
  content: Markup;
}

/** A whole page around its content; it needs no script. */
export async function deskPage({ title, isLive, content }: PageOptions): Promise<string> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${isLive ? raw(`<meta http-equiv="refresh" content="${reloadEveryS}">`) : ""}
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${styleSheetPath}" />
      </head>
      <body>
        <header class="top">
          <a class="name" href="/">SREnity observe</a>
          <nav aria-label="Pages"><a href="/">Mails</a> <a href="/runbooks">Runbooks</a></nav>
        </header>
        ${await content}
      </body>
    </html>`;
  return String(await page);
}

export type State = "good" | "warning" | "bad" | "unknown";
const icons: Record<State, string> = { good: "●", warning: "▲", bad: "■", unknown: "◌" };

/** The sign of a state; the word beside it says the same. */
export const stateIcon = (state: State): Markup => html`<span class="${state}" aria-hidden="true">${icons[state]}</span>`;

/** How long ago something was, in the largest unit that fits. */
export function agoText(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min ago`;
}

export const timeMarkup = (atMs: number, nowMs: number): Markup =>
  html`<time datetime="${new Date(atMs).toISOString()}" title="${new Date(atMs).toISOString()}">${agoText(atMs, nowMs)}</time>`;
