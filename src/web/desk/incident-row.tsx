import type { Incident } from "../../storage/desk/incident-store.ts";
import { Moment } from "../parts/moment.tsx";
import { IncidentMark } from "./incident-mark.tsx";
import { takeStep } from "./incident-step.ts";

/** One incident in a list, with what can be done about it at once. */
export function IncidentRow({ incident }: { incident: Incident }) {
  const { id, title, openedAtMs, state, severity, service, acknowledgedBy } = incident;
  return (
    <li class="row">
      <span class="row-main">
        <a class="quiet-link" href={`/incidents/${id}`} data-row>
          <b>INC-{id}</b> {title}
        </a>
        <br />
        <span class="small muted">
          {service} · {severity} · <Moment atMs={openedAtMs} />
          {acknowledgedBy !== null && ` · ${state === "acknowledged" || state === "mitigated" ? `${acknowledgedBy} has it` : acknowledgedBy}`}
        </span>
      </span>
      <span class="row-marks">
        <IncidentMark incident={incident} />
      </span>
      {state === "open" && (
        <button type="button" class="btn btn-sm btn-primary" aria-label={`Acknowledge INC-${id}`} onClick={() => void takeStep(incident, "acknowledge")}>
          Acknowledge
        </button>
      )}
    </li>
  );
}
