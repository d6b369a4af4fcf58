import { html, raw } from "hono/html";
import { spanText } from "../../desk/postmortem/time-text.ts";
import type { ComponentState, PublicStatus, StatusComponent, StatusIncident } from "../../desk/status/status-desk.ts";
import type { UptimeDay } from "../../desk/status/uptime-days.ts";
import type { Markup } from "../page.ts";

export const stateWords: Record<ComponentState, string> = { operational: "Operational", disrupted: "Disrupted", unknown: "Not measured" };
const sentences: Record<ComponentState, string> = {
  operational: "All systems are operational",
  disrupted: "Something is disrupted",
  unknown: "The state is not known at the moment",
};
const classes: Record<ComponentState, string> = { operational: "good", disrupted: "bad", unknown: "unknown" };
const phaseWords = { investigating: "Investigating", identified: "Identified", monitoring: "Monitoring", resolved: "Resolved" } as const;

/** Width of a day's bar and the height of all, in units of the picture. */
const barWidth = 10;
const barHeight = 34;
/** Shares of a day from which it counts as whole, and as mostly whole. */
const fullShare = 0.9995;
const partShare = 0.99;

/** The page that everyone may read. */
export function statusPage({ state, components, open, history, madeAtMs }: PublicStatus): Markup {
  return html`<main>
    <h1>Status</h1>
    <div class="banner ${classes[state]}" role="status"><p class="state">${sentences[state]}</p></div>
    ${open.length > 0 ? html`<h2>Now</h2>` : ""}${open.map(incidentText)} ${components.map(componentText)}
    <h2>Past incidents</h2>
    ${history.length > 0 ? history.map(incidentText) : html`<p class="muted">None was reported.</p>`}
    <p class="muted">
      As of ${timeText(madeAtMs)}, in UTC. Uptime is measured from outside, by probes. <a href="/status.rss">RSS</a> · <a href="/status.json">JSON</a>
    </p>
  </main>`;
}

function componentText({ name, state, days, uptime }: StatusComponent): Markup {
  return html`<section class="component">
    <header>
      <h3>${name}</h3>
      <span class="state ${classes[state]}">${stateWords[state]}</span>
    </header>
    ${raw(bars(name, days))}
    <div class="ends">
      <span>${days.length} days ago</span><span>${uptime === null ? "not measured yet" : `${percent(uptime)} uptime`}</span><span>today</span>
    </div>
  </section>`;
}

/** One bar for each day; its title says in words what its colour shows. Nothing in it comes from outside. */
function bars(name: string, days: readonly UptimeDay[]): string {
  const drawn = days.map(({ day, share }, index) => {
    const title = share === null ? `${day}: not measured` : `${day}: ${percent(share)}`;
    const height = share === null ? barHeight / 3 : barHeight;
    return `<rect class="${barClass(share)}" x="${index * barWidth + 1}" y="${barHeight - height}" width="${barWidth - 2}" height="${height}"><title>${title}</title></rect>`;
  });
  const label = `${name}, uptime of the last ${days.length} days`;
  return `<svg class="bars" role="img" aria-label="${label}" viewBox="0 0 ${days.length * barWidth} ${barHeight}" preserveAspectRatio="none">${drawn.join("")}</svg>`;
}

function barClass(share: number | null): string {
  if (share === null) return "none";
  if (share >= fullShare) return "full";
  return share >= partShare ? "part" : "low";
}

function incidentText({ id, components, phase, startedAtMs, updates }: StatusIncident): Markup {
  const lastMs = updates[0]?.atMs ?? startedAtMs;
  const lasted = phase === "resolved" ? `, lasted ${spanText(lastMs - startedAtMs)}` : "";
  return html`<article id="incident-${id}">
    <h3>${phaseWords[phase]}: ${components.join(" and ")}</h3>
    <p class="muted">Since ${timeText(startedAtMs)}${lasted}</p>
    <ol>
      ${updates.map((update) => html`<li><strong>${phaseWords[update.phase]}</strong> ${timeText(update.atMs)}<br />${update.text}</li>`)}
    </ol>
  </article>`;
}

function timeText(atMs: number): Markup {
  const text = new Date(atMs).toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace("T", " ")}</time>`;
}

/** A share with as many digits as it takes to see that it is not whole. */
export function percent(share: number): string {
  return `${(Math.floor(share * 100_000) / 1_000).toFixed(share === 1 ? 0 : 2)} %`;
}
