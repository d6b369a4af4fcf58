import type { ActionView } from "../../desk/views.ts";
import { clock } from "../parts/clock.ts";
import { notifyProblem } from "../parts/notices.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { dateText } from "../parts/time-text.ts";
import { write } from "./write.ts";

/** An action with its owner and date; ticking says that it is done. */
export function ActionRow({ action, reload, isIncidentShown = false }: { action: ActionView; reload: () => void; isIncidentShown?: boolean }) {
  const { id, incidentId, text, owner, dueAtMs, doneAtMs } = action;
  const isLate = doneAtMs === null && dueAtMs !== null && dueAtMs < clock.nowMs.value;
  async function tick(isDone: boolean): Promise<void> {
    const answer = await write("PATCH", `/api/actions/${id}`, { is_done: isDone });
    if (!answer.isOk) notifyProblem("The action is unchanged", answer.problem);
    reload();
  }
  return (
    <li class="row">
      <label class="check row-main">
        <input type="checkbox" class="checkbox checkbox-sm" checked={doneAtMs !== null} onChange={(event) => void tick(event.currentTarget.checked)} />
        <span class={doneAtMs === null ? "" : "muted line-through"}>{text}</span>
      </label>
      <span class="small muted">
        {owner ?? "nobody"}
        {dueAtMs !== null && ` · due ${dateText(dueAtMs)}`}
        {isIncidentShown && (
          <>
            {" · "}
            <a href={`/postmortems/${incidentId}`}>INC-{incidentId}</a>
          </>
        )}
      </span>
      {isLate && <StateMark state="warning" word="late" />}
    </li>
  );
}
