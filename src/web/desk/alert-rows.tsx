import type { AlertView } from "../../desk/views.ts";
import { Moment } from "../parts/moment.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { alertMark } from "./alert-mark.ts";

/** Alerts that are not quiet, with what they saw. */
export function AlertRows({ alerts }: { alerts: readonly AlertView[] }) {
  return (
    <ul class="rows">
      {alerts.map((alert) => (
        <li key={`${alert.name}${JSON.stringify(alert.labels)}${alert.severity}`} class="row">
          <span class="row-main">
            {alert.summary}
            <br />
            <span class="small muted">
              <a href={`/runbooks/${alert.runbook}`}>{alert.name}</a> · {alert.severity}
              {alert.value !== null && ` · ${alert.value}, limit ${alert.limit}`}
              {alert.activeAtMs !== null && (
                <>
                  {" · "}
                  <Moment atMs={alert.activeAtMs} />
                </>
              )}
            </span>
          </span>
          <StateMark {...alertMark(alert)} />
        </li>
      ))}
    </ul>
  );
}
