import { html } from "hono/html";
import type { Markup } from "../../src/http/page.ts";
import type { Addresses } from "../generate/addresses.ts";
import type { AlertInbox } from "./alert-inbox.ts";
import { agoText, type State, stateIcon, timeMarkup } from "./desk-page.ts";
import type { ReceivedMail } from "./mail-sink.ts";
import type { TrafficFigures } from "../../src/desk/drill/traffic.ts";

/** The present, as the first page shows it. */
export interface Overview {
  nowMs: number;
  addresses: Addresses;
  service: { pid: number; diedAtMs: number | null };
  /** Names of the monitoring programs that ended by themselves. */
  deadPrograms: readonly string[];
  traffic: TrafficFigures | null;
  inbox: AlertInbox;
  /** The newest first. */
  mails: readonly { id: string; mail: ReceivedMail }[];
}

/** Age at which the heartbeat counts as silent, in milliseconds; it comes twice a minute. */
const heartbeatSilentMs = 90_000;
const webhooksShown = 8;
const previewLength = 160;

/** What is well, what is not, the mails, and how to break something. */
export function overviewPage(overview: Overview): Markup {
  const { mails, nowMs } = overview;
  return html`<main>
    <h1 class="verdict">${verdict(overview)}</h1>
    <ul class="cards">
      ${cards(overview)}
    </ul>
    <div class="columns">
      <section>
        <h2>Mails</h2>
        ${
          mails.length === 0
            ? html`<p class="empty">No mail yet. Break something, and its mail appears here.</p>`
            : html`<ol class="mails">
                ${mails.map((each) => mailLine(each, nowMs))}
              </ol>`
        }
      </section>
      <section>
        <h2>Break something</h2>
        ${recipes(overview)}
        <h2>Webhooks</h2>
        ${webhookList(overview)}
      </section>
    </div>
  </main>`;
}

function verdict({ service, deadPrograms, inbox }: Overview): Markup {
  if (service.diedAtMs !== null) return html`${stateIcon("bad")} The link service is dead: no short link redirects.`;
  if (deadPrograms.length > 0) return html`${stateIcon("bad")} ${deadPrograms.join(" and ")} ended: an outage may go unnoticed.`;
  const last = inbox.webhooks()[0];
  if (last?.status === "firing") return html`${stateIcon("warning")} The last news is an alert: ${last.alertNames.join(", ")}.`;
  return html`${stateIcon("good")} All well.`;
}

function card(title: string, state: State | null, [value, detail]: [Markup | string, Markup | string]): Markup {
  return html`<li>
    <h2>${title}</h2>
    <p>${state === null ? "" : stateIcon(state)} ${value}</p>
    <small>${detail}</small>
  </li>`;
}

function cards({ service, traffic, inbox, mails, nowMs }: Overview): Markup[] {
  const beatMs = inbox.heartbeatAtMs();
  const isSilent = beatMs !== null && nowMs - beatMs > heartbeatSilentMs;
  const beat: [State, string] = beatMs === null ? ["unknown", "not yet"] : isSilent ? ["bad", "silent"] : ["good", "arrives"];
  const troubled = (traffic?.failed ?? 0) + (traffic?.unanswered ?? 0) + (traffic?.heldBack ?? 0);
  const [newest] = mails;
  return [
    service.diedAtMs === null
      ? card("Link service", "good", ["runs", `process ${service.pid}`])
      : card("Link service", "bad", ["dead", html`process ${service.pid}, ${timeMarkup(service.diedAtMs, nowMs)}`]),
    card("Watchdog", beat[0], [beat[1], beatMs === null ? "the heartbeat of the alerting" : html`last ${timeMarkup(beatMs, nowMs)}`]),
    traffic === null
      ? card("Traffic", null, ["none", "started without"])
      : card("Traffic", null, [`${traffic.sent} requests`, `${troubled} without a good answer`]),
    card("Mails", null, [String(mails.length), newest ? html`newest ${timeMarkup(newest.mail.receivedAtMs, nowMs)}` : "none yet"]),
  ];
}

function mailLine({ id, mail }: { id: string; mail: ReceivedMail }, nowMs: number): Markup {
  const isResolved = /resolved/i.test(mail.subject);
  const preview = mail.text.replaceAll(/\s+/g, " ").trim().slice(0, previewLength);
  return html`<li>
    <a href="/mails/${id}">
      ${stateIcon(isResolved ? "good" : "bad")}
      <strong>${mail.subject || "(no subject)"}</strong>
      ${timeMarkup(mail.receivedAtMs, nowMs)}
      <span class="preview">${mail.to.join(", ")}: ${preview}</span>
    </a>
  </li>`;
}

function recipes({ service, addresses }: Overview): Markup {
  const first =
    service.diedAtMs === null
      ? html`<code>kill -9 ${service.pid}</code><small>The link service is gone. <code>kill -STOP ${service.pid}</code> lets it hang, -CONT go on.</small>`
      : html`r and Enter in the terminal<small>Starts the link service again; a second mail says that it is over.</small>`;
  return html`<ul class="plain">
    <li>${first}</li>
    <li><a href="${addresses.prometheus}/alerts">Alerts in Prometheus</a><small>What waits and what fires, with the rules.</small></li>
    <li><a href="${addresses.linkService}/docs">Link service</a><small>Its reference; /metrics has its figures.</small></li>
  </ul>`;
}

function webhookList({ inbox, nowMs }: Overview): Markup {
  const shown = inbox.webhooks().slice(0, webhooksShown);
  if (shown.length === 0) return html`<p class="empty">None yet. Alertmanager sends one for each group of alerts that changes.</p>`;
  return html`<ul class="plain">
    ${shown.map(
      ({ status, alertNames, alertCount, receivedAtMs }) =>
        html`<li>
          ${stateIcon(status === "firing" ? "bad" : "good")} ${status}: ${alertNames.join(", ")}
          <small
            >${alertCount} ${alertCount === 1 ? "alert" : "alerts"},
            <span title="${new Date(receivedAtMs).toISOString()}">${agoText(receivedAtMs, nowMs)}</span></small
          >
        </li>`,
    )}
  </ul>`;
}
