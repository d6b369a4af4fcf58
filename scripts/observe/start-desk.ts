import { html, raw } from "hono/html";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Markup } from "../../src/http/page.ts";
import type { AlertInbox } from "./alert-inbox.ts";
import { deskPage, styleSheetPath, timeMarkup } from "./desk-page.ts";
import { deskStyle } from "./desk-style.ts";
import type { ReceivedMail } from "./mail-sink.ts";
import { type Overview, overviewPage } from "./overview-page.ts";

/** Pages of what was received; they stand in for the incident desk at its address. */
export interface Desk {
  readonly address: string;
  stop(): Promise<void>;
}

interface DeskParts {
  port: number;
  inbox: AlertInbox;
  /** Everything received, the oldest first. */
  mails: () => readonly ReceivedMail[];
  present: () => Omit<Overview, "inbox" | "mails" | "nowMs">;
  nowMs: () => number;
}

const runbooksFolder = join(import.meta.dir, "../../ops/runbooks");
/** Largest body that is read, in bytes: a webhook of 100 alerts has a tenth. */
const bodyBytesMost = 4_194_304;
/** How long a silent connection is kept, in seconds. */
const idleTimeoutS = 10;

/** No script, no foreign address; frames only of our own. */
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail brings its own style and nothing else; the sandbox keeps it from running or sending anything. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

const fixed = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };

const plain = (status: number, text: string): Response =>
  new Response(`${text}\n`, { status, headers: { ...fixed, "Content-Type": "text/plain; charset=utf-8" } });

const markup = (text: string, policy = pagePolicy): Response =>
  new Response(text, { headers: { ...fixed, "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy } });

const ids = new WeakMap<ReceivedMail, string>();

/** The same for as long as the mail is kept, whatever came before it. */
function idOf(mail: ReceivedMail): string {
  const known = ids.get(mail) ?? new Bun.CryptoHasher("sha256").update(`${mail.receivedAtMs} ${mail.raw}`).digest("hex").slice(0, 16);
  ids.set(mail, known);
  return known;
}

/** Serves the pages, and takes webhooks and heartbeats, on this machine only. @throws Error when the port is taken */
export function startDesk({ port, inbox, mails, present, nowMs }: DeskParts): Desk {
  const findMail = (id: string): ReceivedMail | undefined => mails().find((mail) => idOf(mail) === id);
  const withMail = async (id: string, show: (mail: ReceivedMail) => Response | Promise<Response>): Promise<Response> => {
    const mail = findMail(id);
    return mail ? show(mail) : plain(404, "This mail is not kept any more.");
  };
  const overview = (): Promise<string> => {
    const newestFirst = mails()
      .map((mail) => ({ id: idOf(mail), mail }))
      .toReversed();
    return deskPage({ title: "SREnity observe", isLive: true, content: overviewPage({ ...present(), inbox, mails: newestFirst, nowMs: nowMs() }) });
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    maxRequestBodySize: bodyBytesMost,
    idleTimeout: idleTimeoutS,
    routes: {
      "/": { GET: async () => markup(await overview()) },
      [styleSheetPath]: { GET: () => new Response(deskStyle, { headers: { ...fixed, "Content-Type": "text/css; charset=utf-8" } }) },
      "/mails/:id": { GET: ({ params }) => withMail(params.id, (mail) => mailReply(mail, nowMs())) },
      "/mails/:id/html": { GET: ({ params }) => withMail(params.id, (mail) => markup(mail.html, mailPolicy)) },
      "/mails/:id/raw": { GET: ({ params }) => withMail(params.id, (mail) => plain(200, mail.raw)) },
      "/runbooks": { GET: runbookList },
      // Runbooks link to each other by file name.
      "/runbooks/:name": { GET: ({ params }) => runbookReply(params.name.replace(/\.md$/, "")) },
      "/webhooks/alertmanager": {
        GET: () => Response.json(inbox.webhooks(), { headers: fixed }),
        POST: async (request) => (inbox.takeWebhook(await readJson(request)) ? plain(200, "taken") : plain(400, "This is no webhook of version 4.")),
      },
      "/heartbeats/watchdog": {
        GET: () => Response.json({ at_ms: inbox.heartbeatAtMs() }, { headers: fixed }),
        POST: () => {
          inbox.takeHeartbeat();
          return plain(200, "taken");
        },
      },
    },
    fetch: () => plain(404, "There is no such page."),
  });
  return { address: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

async function readJson(request: Request): Promise<unknown> {
  return request.json().catch(() => null);
}

async function mailReply(mail: ReceivedMail, nowMs: number): Promise<Response> {
  const id = idOf(mail);
  const content = html`<main>
    <h1>${mail.subject || "(no subject)"}</h1>
    <dl>
      <dt>From</dt>
      <dd>${mail.from}</dd>
      <dt>To</dt>
      <dd>${mail.to.join(", ")}</dd>
      <dt>Received</dt>
      <dd>${timeMarkup(mail.receivedAtMs, nowMs)}, ${new Date(mail.receivedAtMs).toISOString()}</dd>
      <dt>Also as</dt>
      <dd><a href="/mails/${id}/html">HTML alone</a>, <a href="/mails/${id}/raw">source</a></dd>
    </dl>
    <h2>Text</h2>
    <pre class="wrapped">${mail.text || "This mail has no text part."}</pre>
    <h2>HTML</h2>
    ${
      mail.html === ""
        ? html`<p class="empty">This mail has no HTML part.</p>`
        : html`<iframe src="/mails/${id}/html" title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
    }
  </main>`;
  return markup(await deskPage({ title: mail.subject, isLive: false, content }));
}

function runbookNames(): string[] {
  const files = existsSync(runbooksFolder) ? readdirSync(runbooksFolder) : [];
  return files.flatMap((file) => /^([A-Za-z0-9]+)\.md$/.exec(file)?.[1] ?? []).toSorted();
}

async function runbookList(): Promise<Response> {
  const names = runbookNames();
  const list: Markup =
    names.length === 0
      ? html`<p class="empty">There are no runbooks in ops/runbooks.</p>`
      : html`<ul class="plain">
          ${names.map((name) => html`<li><a href="/runbooks/${name}">${name}</a></li>`)}
        </ul>`;
  const content = html`<main>
    <h1>Runbooks</h1>
    ${list}
  </main>`;
  return markup(await deskPage({ title: "Runbooks", isLive: false, content }));
}

async function runbookReply(name: string): Promise<Response> {
  if (!runbookNames().includes(name)) return plain(404, "There is no such runbook.");
  const text = readFileSync(join(runbooksFolder, `${name}.md`), "utf8");
  const body = Bun.markdown.html(text, { noHtmlBlocks: true, noHtmlSpans: true, tables: true, headings: { ids: true } });
  return markup(await deskPage({ title: name, isLive: false, content: html`<main class="runbook">${raw(body)}</main>` }));
}
