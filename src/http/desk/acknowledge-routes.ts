import { html } from "hono/html";
import { readAcknowledgeToken } from "../../desk/notify/acknowledge-link.ts";
import type { Incident } from "../../storage/desk/incident-store.ts";
import type { Markup } from "../page.ts";
import type { Reply } from "../reply.ts";
import { type DeskCall, type DeskRoute, deskRoute } from "./desk-route.ts";
import { plainPage } from "./plain-page.ts";

type AnyCall = Pick<DeskCall<unknown, unknown>, "parts" | "names" | "nowMs">;

const noStore = { "Cache-Control": "no-store" };
const badRequest = 404;
const gone = 410;

interface ReadToken {
  readonly incident: Incident;
  readonly recipient: string;
  readonly digest: string;
  readonly expiresAtMs: number;
}

/** What the link in the path stands for, or the page that says why it cannot be used. */
function readToken({ parts, names, nowMs }: AnyCall): ReadToken | Promise<Reply> {
  const { stores } = parts.desk;
  const read = readAcknowledgeToken(names["token"] ?? "", stores.acknowledgements.key, nowMs);
  if (read.outcome === "expired") return say("This link has expired", html`<p>Open the desk to see how the incident stands.</p>`, gone);
  const incident = read.outcome === "valid" ? stores.incidents.find(read.link.incidentId) : null;
  if (read.outcome !== "valid" || incident === null)
    return say("This link is not valid", html`<p>It may have been cut off by a mail program. Open the desk instead.</p>`, badRequest);
  return { incident, recipient: read.link.recipient, digest: read.digest, expiresAtMs: read.link.expiresAtMs };
}

function say(title: string, content: Markup, status = 200): Promise<Reply> {
  return plainPage(
    title,
    html`<main class="message">
      <h1>${title}</h1>
      ${content}
    </main>`,
    noStore,
    status,
  );
}

function standing({ id, title, state, acknowledgedBy }: Incident): Markup {
  return html`<p><a href="/incidents/${id}">INC-${id}: ${title}</a></p>
    <p>It is ${state}${acknowledgedBy === null ? "" : ` by ${acknowledgedBy}`}.</p>`;
}

const showLink = deskRoute({
  method: "get",
  path: "/acknowledge/:token",
  access: "public",
  handle: async (call) => {
    const read = readToken(call);
    if (read instanceof Promise) return read;
    const { incident, digest } = read;
    if (incident.state !== "open" || call.parts.desk.stores.acknowledgements.isUsed(digest))
      return say(`INC-${incident.id} is ${incident.state}`, standing(incident));
    return say(
      `INC-${incident.id}: ${incident.title}`,
      html`<p>It is open, and nobody has it yet. With the button you say that you take care of it.</p>
        <form method="post"><button type="submit">I have it</button></form>
        <p class="muted">You act as ${read.recipient}.</p>`,
    );
  },
});

const useLink = deskRoute({
  method: "post",
  path: "/acknowledge/:token",
  access: "public",
  handle: async (call) => {
    const read = readToken(call);
    if (read instanceof Promise) return read;
    const { incident, recipient, digest, expiresAtMs } = read;
    const { incidents, stores, publishNow } = call.parts.desk;
    const result = incidents.together(() =>
      stores.acknowledgements.use({ digest, expiresAtMs }, call.nowMs) ? incidents.acknowledge(incident.id, { author: recipient, nowMs: call.nowMs }) : null,
    );
    publishNow();
    const current = stores.incidents.find(incident.id) ?? incident;
    if (result?.outcome === "changed") return say(`You have INC-${incident.id}`, standing(current));
    return say(result === null ? "This link was used already" : `INC-${incident.id} is ${current.state}`, standing(current), result === null ? gone : 200);
  },
});

/** The page behind the link of a mail. Reading it changes nothing: mail scanners open links. */
export const acknowledgeRoutes: readonly DeskRoute[] = [showLink, useLink];
