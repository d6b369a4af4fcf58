import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Reply } from "./reply.ts";

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Where pages find their style sheet. */
export const styleSheetPath = "/assets/page.css";

/** Nothing but our own style sheet and pictures: no script, no frame, no form, no foreign address. */
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": contentSecurityPolicy,
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-cache",
};

/** Answers a whole page around `content`. */
export async function pageReply(title: string, content: Markup): Promise<Reply> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/favicon.ico" type="image/svg+xml" />
        <link rel="stylesheet" href="${styleSheetPath}" />
      </head>
      <body>
        <header class="top">
          <a class="name" href="/">SREnity</a>
          <nav aria-label="Pages"><a href="/docs">Reference</a> <a href="/docs/errors">Errors</a> <a href="/openapi.json">OpenAPI</a></nav>
        </header>
        ${await content}
      </body>
    </html>`;
  return { status: 200, headers: { ...pageHeaders }, body: String(await page) };
}
