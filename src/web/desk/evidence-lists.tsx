import type { ComponentChildren } from "preact";
import type { SimilarIncident } from "../../desk/incidents/capture-evidence.ts";
import type { IncidentView } from "../../desk/views.ts";
import { clock } from "../parts/clock.ts";
import { Panel } from "../parts/panel.tsx";
import { clockText, dateText, exactText, spanText } from "../parts/time-text.ts";
import { valueText } from "../parts/value-text.ts";
import type { EvidenceContent } from "./incident-evidence.tsx";

/** Which errors, which routes, what changed, and what helped the last time. */
export function EvidenceLists({ view, content }: { view: IncidentView; content: EvidenceContent }) {
  const errors = (content("log_errors") ?? []) as readonly { text: string; count: number }[];
  const routes = (content("failing_routes") ?? []) as readonly { route: string; perSecond: number }[];
  const changes = (content("changes") ?? []) as readonly { atMs: number; text: string }[];
  return (
    <div class="pair">
      <List title="Error lines" none="No error lines in that hour.">
        {errors.map(({ text, count }) => (
          <li key={text} class="row">
            <b class="count">{valueText(count)} ×</b>
            <a class="row-main mono quiet-link" href={`/logs?text=${encodeURIComponent(text.split(" · ")[0] ?? "")}`}>
              {text}
            </a>
          </li>
        ))}
      </List>
      <List title="Failing routes" none="No route failed.">
        {routes.map(({ route, perSecond }) => (
          <li key={route} class="row">
            <a class="row-main mono quiet-link" href={`/logs?route=${encodeURIComponent(route)}&level=error`}>
              {route}
            </a>
            <span class="row-side">{valueText(perSecond)} failures/s</span>
          </li>
        ))}
      </List>
      <List title="What changed" none="No deploy, restart, setting or import in the hour before.">
        {changes.map(({ atMs, text }) => (
          <li key={`${atMs}${text}`} class="row">
            <span class="row-main">{text}</span>
            <span class="row-side" title={exactText(atMs)}>
              {clockText(atMs, clock.nowMs.value)}
            </span>
          </li>
        ))}
      </List>
      <Similar view={view} found={(content("similar") ?? []) as readonly SimilarIncident[]} />
    </div>
  );
}

function List({ title, none, children }: { title: string; none: string; children: ComponentChildren[] }) {
  return <Panel title={title}>{children.length === 0 ? <p class="muted">{none}</p> : <ul class="rows">{children}</ul>}</Panel>;
}

function Similar({ view, found }: { view: IncidentView; found: readonly SimilarIncident[] }) {
  const fixes = new Map(found.map(({ id, fixedBy }) => [id, fixedBy]));
  const rows = [
    ...found.map(({ id, title, openedAtMs, lastedMs }) => ({ id, title, openedAtMs, lastedMs })),
    ...view.similar
      .filter(({ id }) => !fixes.has(id))
      .map(({ id, title, openedAtMs, resolvedAtMs }) => ({ id, title, openedAtMs, lastedMs: resolvedAtMs === null ? null : resolvedAtMs - openedAtMs })),
  ];
  return (
    <List title="Similar incidents" none="None of this kind before.">
      {rows.map(({ id, title, openedAtMs, lastedMs }) => (
        <li key={id} class="row">
          <span class="row-main">
            <a href={`/incidents/${id}`}>
              INC-{id} {title}
            </a>
            {(fixes.get(id) ?? []).map((fix) => (
              <span key={fix} class="block small">
                ended with: {fix}
              </span>
            ))}
          </span>
          <span class="row-side small">
            {dateText(openedAtMs)}
            {lastedMs !== null && ` · ${spanText(lastedMs)}`}
          </span>
        </li>
      ))}
    </List>
  );
}
