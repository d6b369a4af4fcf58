import type { IncidentView } from "../../desk/views.ts";
import { incidentWords } from "./incident-words.ts";
import { clock } from "../parts/clock.ts";
import { notifyProblem } from "../parts/notices.tsx";
import { Moment } from "../parts/moment.tsx";
import { clockText, exactText, spanText } from "../parts/time-text.ts";
import { shareText, valueText } from "../parts/value-text.ts";
import { IncidentMark } from "./incident-mark.tsx";
import type { IncidentDialog } from "./incident-page.tsx";
import type { Step } from "./incident-step.ts";
import { write } from "./write.ts";

export interface IncidentHeaderProps {
  readonly view: IncidentView;
  readonly steps: readonly Step[];
  take(step: Step): void;
  open(dialog: IncidentDialog): void;
  reload(): void;
}

/** What it is, where it stands, who has it, since when, what it cost, and what can be done. */
export function IncidentHeader({ view, steps, take, open, reload }: IncidentHeaderProps) {
  const { incident, alerts } = view;
  return (
    <header class="stack-tight">
      <div class="page-head">
        <h1 class="page-title">
          <span class="muted">INC-{incident.id}</span> {incident.title}
        </h1>
      </div>
      <Facts view={view} reload={reload} />
      <div class="form-buttons">
        {steps.map((step, index) => (
          <button key={step} type="button" class={`btn ${index === 0 && step !== "reopen" ? "btn-primary" : ""}`} onClick={() => take(step)}>
            {incidentWords[step].verb} {incidentWords[step].key !== null && <kbd class="max-md:hidden">{incidentWords[step].key}</kbd>}
          </button>
        ))}
        {incident.mergedInto === null && (
          <button type="button" class="btn" onClick={() => open("merge")}>
            Merge…
          </button>
        )}
        {alerts.length > 1 && (
          <button type="button" class="btn" onClick={() => open("split")}>
            Split…
          </button>
        )}
        {(incident.state === "resolved" || incident.state === "reviewed") && (
          <a class="btn" href={`/postmortems/${incident.id}`}>
            Post-mortem
          </a>
        )}
      </div>
    </header>
  );
}

function Facts({ view: { incident, impact }, reload }: { view: IncidentView; reload: () => void }) {
  const nowMs = clock.nowMs.value;
  const endMs = incident.resolvedAtMs ?? nowMs;
  async function changeSeverity(severity: string): Promise<void> {
    const answer = await write("POST", `/api/incidents/${incident.id}/severity`, { severity });
    if (!answer.isOk) notifyProblem("The severity is unchanged", answer.problem);
    reload();
  }
  return (
    <dl class="facts">
      <div>
        <dt>State</dt>
        <dd>
          <IncidentMark incident={incident} />
        </dd>
      </div>
      <div>
        <dt id="severity">Severity</dt>
        <dd>
          <select
            class="select select-xs"
            aria-labelledby="severity"
            value={incident.severity}
            onChange={(event) => void changeSeverity(event.currentTarget.value)}
          >
            <option value="page">page</option>
            <option value="ticket">ticket</option>
          </select>
        </dd>
      </div>
      <div>
        <dt>Owner</dt>
        <dd>{incident.acknowledgedBy ?? "nobody yet"}</dd>
      </div>
      <div>
        <dt>Impact since</dt>
        <dd title={exactText(incident.impactStartedAtMs)}>
          {clockText(incident.impactStartedAtMs, nowMs)} · {incident.resolvedAtMs === null ? "" : "lasted "}
          {spanText(endMs - incident.impactStartedAtMs)}
        </dd>
      </div>
      <div>
        <dt>Detected</dt>
        <dd>
          <Moment atMs={incident.openedAtMs} />
        </dd>
      </div>
      <div>
        <dt>Failed requests</dt>
        <dd>{impact.failedRequests === null ? "not measured" : valueText(Math.round(impact.failedRequests))}</dd>
      </div>
      <div>
        <dt>Budget spent</dt>
        <dd>{impact.budgetSpent === null ? "not measured" : shareText(impact.budgetSpent, 1)}</dd>
      </div>
      <div>
        <dt>Service</dt>
        <dd>{incident.service}</dd>
      </div>
    </dl>
  );
}
