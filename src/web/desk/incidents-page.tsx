import { useEffect, useState } from "preact/hooks";
import type { Incident } from "../../storage/desk/incident-store.ts";
import { ask } from "../parts/answer.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { useKeys } from "../parts/keyboard.ts";
import { notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { router } from "../parts/router.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { useListKeys } from "../parts/use-list-keys.ts";
import { DeclareDialog } from "./declare-dialog.tsx";
import { IncidentRow } from "./incident-row.tsx";
import { live } from "./live.ts";

/** Incidents of one answer; more are asked for by hand. */
const pageSize = 50;

const filters = [
  { name: "unfinished", text: "Not over", states: "open,acknowledged,mitigated" },
  { name: "resolved", text: "To review", states: "resolved" },
  { name: "reviewed", text: "Reviewed", states: "reviewed" },
  { name: "all", text: "All", states: "open,acknowledged,mitigated,resolved,reviewed" },
] as const;

/** All incidents, newest first. */
export function IncidentsPage() {
  const chosen = filters.find(({ name }) => name === router.place.value.query.get("show")) ?? filters[3];
  const [isDeclaring, setDeclaring] = useState(false);
  useListKeys();
  useKeys([{ keys: "n", what: "Declare an incident", run: () => setDeclaring(true) }]);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Incidents</h1>
        <div class="form-buttons" role="group" aria-label="Which incidents">
          {filters.map(({ name, text }) => (
            <button
              key={name}
              type="button"
              class="btn btn-sm"
              aria-pressed={name === chosen.name}
              onClick={() => router.setQuery({ show: name === "all" ? null : name })}
            >
              {text}
            </button>
          ))}
        </div>
        <button type="button" class="btn btn-sm" onClick={() => setDeclaring(true)}>
          Declare an incident
        </button>
      </div>
      <List key={chosen.name} states={chosen.states} />
      {isDeclaring && <DeclareDialog onClose={() => setDeclaring(false)} />}
    </>
  );
}

function List({ states }: { states: string }) {
  const path = `/api/incidents?state=${states}&limit=${pageSize}`;
  const asked = useAnswer<{ incidents: readonly Incident[] }>(path);
  const [isEnd, setEnd] = useState(false);
  const { count } = live.news.value;
  useEffect(() => {
    if (count > 0) asked.reload();
  }, [count]);
  async function more(shown: readonly Incident[]): Promise<void> {
    const answer = await ask<{ incidents: readonly Incident[] }>("GET", `${path}&before=${shown.at(-1)?.id ?? 0}`);
    if (!answer.isOk) return notifyProblem("No more could be loaded", answer.problem);
    if (answer.value.incidents.length < pageSize) setEnd(true);
    asked.replace({ incidents: [...shown, ...answer.value.incidents] });
  }
  return (
    <Panel title="Newest first">
      <AskedContent asked={asked} what="The incidents" rows={8}>
        {({ incidents }) =>
          incidents.length === 0 ? (
            <Empty>None of these. An incident opens by itself when an alert fires, or when someone declares one.</Empty>
          ) : (
            <>
              <ul class="rows">
                {incidents.map((incident) => (
                  <IncidentRow key={incident.id} incident={incident} />
                ))}
              </ul>
              {incidents.length >= pageSize && !isEnd && (
                <button type="button" class="btn btn-sm self-start" onClick={() => void more(incidents)}>
                  Show older ones
                </button>
              )}
            </>
          )
        }
      </AskedContent>
    </Panel>
  );
}
