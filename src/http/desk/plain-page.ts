import { html } from "hono/html";
import type { Markup } from "../page.ts";
import type { Reply } from "../reply.ts";

/** Where pages without a script find their style sheet. */
export const plainStylePath = "/assets/plain.css";

/** Nothing but our own style sheet and pictures, and a form that leads to ourselves. */
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export const plainHeaders: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": contentSecurityPolicy,
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
};

/** A page without a script, which works in any mail reader's browser and can be cached. */
export async function plainPage(title: string, content: Markup, headers: Record<string, string>, status = 200): Promise<Reply> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="${plainStylePath}" />
        <link rel="alternate" type="application/rss+xml" title="Incidents" href="/status.rss" />
      </head>
      <body>
        ${await content}
      </body>
    </html>`;
  return { status, headers: { ...plainHeaders, ...headers }, body: String(await page) };
}
