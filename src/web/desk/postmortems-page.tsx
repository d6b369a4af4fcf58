import type { ActionView } from "../../desk/views.ts";
import type { Incident } from "../../storage/desk/incident-store.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { dateText, spanText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { useListKeys } from "../parts/use-list-keys.ts";
import { ActionRow } from "./action-row.tsx";
import { MonthPanel } from "./month-panel.tsx";

/** What was learnt, or still is to be: incidents that are over, and actions that are not done. */
export function PostmortemsPage() {
  const incidents = useAnswer<{ incidents: readonly Incident[] }>("/api/incidents?state=resolved,reviewed&limit=100");
  const actions = useAnswer<{ actions: readonly ActionView[] }>("/api/actions?open=true");
  useListKeys();
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Post-mortems</h1>
      </div>
      <Panel title="Open actions">
        <AskedContent asked={actions} what="The actions" rows={2}>
          {({ actions: open }) =>
            open.length === 0 ? (
              <Empty>None. Actions are written down in a post-mortem, with an owner and a date.</Empty>
            ) : (
              <ul class="rows">
                {open.map((action) => (
                  <ActionRow key={action.id} action={action} reload={actions.reload} isIncidentShown />
                ))}
              </ul>
            )
          }
        </AskedContent>
      </Panel>
      <Panel title="Incidents that are over">
        <AskedContent asked={incidents} what="The incidents" rows={6}>
          {({ incidents: over }) =>
            over.length === 0 ? (
              <Empty>None yet. When an incident is resolved, its draft is written from the timeline and the evidence.</Empty>
            ) : (
              <ul class="rows">
                {over.map((incident) => (
                  <PostmortemRow key={incident.id} incident={incident} />
                ))}
              </ul>
            )
          }
        </AskedContent>
      </Panel>
      <MonthPanel />
    </>
  );
}

function PostmortemRow({ incident: { id, title, state, isDrill, openedAtMs, resolvedAtMs, impactStartedAtMs } }: { incident: Incident }) {
  return (
    <li class="row">
      <span class="row-main">
        <a class="quiet-link" href={`/postmortems/${id}`} data-row>
          <b>INC-{id}</b> {title}
        </a>
        <span class="block small muted">
          {dateText(openedAtMs)}
          {resolvedAtMs !== null && ` · lasted ${spanText(resolvedAtMs - impactStartedAtMs)}`}
        </span>
      </span>
      {isDrill && <StateMark state="drill" word="drill" />}
      {state === "reviewed" ? <StateMark state="good" word="reviewed" /> : <StateMark state="warning" word="to review" />}
    </li>
  );
}
