import { useState } from "preact/hooks";
import type { AlertView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useListKeys } from "../parts/use-list-keys.ts";
import { alertMark } from "./alert-mark.ts";
import { isWatched } from "./is-watched.ts";
import { AlertHistory } from "./alert-history.tsx";
import { SilenceDialog } from "./silence-dialog.tsx";
import { SilencePanel } from "./silence-panel.tsx";

/** Rules change state at evaluations, which are seconds apart, in milliseconds. */
const refreshMs = 5_000;

const ranks: Readonly<Record<AlertView["state"], number>> = { firing: 0, pending: 2, inactive: 3 };
const lastRank = 4;

/** What needs someone comes first; what is held back after it; what is not watched at the end. */
function rankOf(alert: AlertView): number {
  if (isWatched(alert) && alert.severity !== "heartbeat") return ranks[alert.state] + (alert.isSilenced || alert.isInhibited ? 1 : 0);
  return isWatched(alert) ? ranks.inactive : lastRank;
}

/** Every rule with what it sees, silences, and what fired when. */
export function AlertsPage() {
  const asked = useAnswer<{ alerts: readonly AlertView[] }>("/api/alerts", refreshMs);
  const [silenced, setSilenced] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  useListKeys();
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Alerts</h1>
      </div>
      <Panel title="Rules">
        <AskedContent asked={asked} what="The rules" rows={12}>
          {({ alerts }) =>
            alerts.length === 0 ? (
              <Empty>The rules appear with their first evaluation, a few seconds after the start.</Empty>
            ) : (
              <Rules alerts={alerts} onSilence={setSilenced} />
            )
          }
        </AskedContent>
      </Panel>
      <SilencePanel round={round} onNew={() => setSilenced("")} />
      <AlertHistory />
      {silenced !== null && (
        <SilenceDialog
          name={silenced}
          names={[...new Set((asked.value?.alerts ?? []).map(({ name }) => name))]}
          onClose={() => setSilenced(null)}
          onMade={() => {
            setRound(round + 1);
            asked.reload();
          }}
        />
      )}
    </>
  );
}

function Rules({ alerts, onSilence }: { alerts: readonly AlertView[]; onSilence: (name: string) => void }) {
  const sorted = alerts.toSorted((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name) || a.severity.localeCompare(b.severity));
  return (
    <table class="table stacking">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Rule</th>
          <th scope="col">Value</th>
          <th scope="col">Limit</th>
          <th scope="col">Last fired</th>
          <th scope="col">
            <span class="sr-only">Silence</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((alert) => (
          <Rule key={`${alert.name}${alert.severity}${JSON.stringify(alert.labels)}`} alert={alert} onSilence={onSilence} />
        ))}
      </tbody>
    </table>
  );
}

function Rule({ alert, onSilence }: { alert: AlertView; onSilence: (name: string) => void }) {
  const { name, state, severity, summary, value, limit, lastFiredAtMs, condition, runbook, isSilenced } = alert;
  return (
    <tr class={state === "inactive" ? "quiet" : ""}>
      <td data-name="State">
        <StateMark {...alertMark(alert)} />
      </td>
      <td class="wide-cell">
        <a class="quiet-link" href={`/runbooks/${runbook}`} data-row>
          <b>{name}</b>
        </a>{" "}
        <span class="small muted">{severity}</span>
        <details class="inline-fold">
          <summary>{summary}</summary>
          <code class="block break-words">{condition}</code>
        </details>
      </td>
      <td data-name="Value" class="value-cell optional">
        {isWatched(alert) ? (value ?? "–") : "–"}
      </td>
      <td data-name="Limit" class="optional">
        {limit}
      </td>
      <td data-name="Last fired" class={`whitespace-nowrap ${lastFiredAtMs === null ? "optional" : ""}`}>
        {lastFiredAtMs === null ? <span class="muted">never</span> : <Moment atMs={lastFiredAtMs} />}
      </td>
      <td class="number optional">
        {!isSilenced && isWatched(alert) && severity !== "heartbeat" && (
          <button type="button" class="btn btn-xs" aria-label={`Silence ${name}`} onClick={() => onSilence(name)}>
            Silence
          </button>
        )}
      </td>
    </tr>
  );
}
