import { useState } from "preact/hooks";
import { AskedContent } from "../parts/asked-content.tsx";
import { clock } from "../parts/clock.ts";
import { Empty } from "../parts/empty.tsx";
import { Field } from "../parts/field.tsx";
import { fieldText } from "../parts/field-text.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { clockText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { write } from "./write.ts";

interface MaintenanceWindow {
  readonly id: number;
  /** Null for all of them. */
  readonly service: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly comment: string;
  readonly author: string;
}

/** Planned work: incidents still open and recoveries are still told, but nobody is woken. */
export function MaintenancePanel() {
  const asked = useAnswer<{ windows: readonly MaintenanceWindow[] }>("/api/maintenance");
  const [isPlanning, setPlanning] = useState(false);
  async function end(id: number): Promise<void> {
    const answer = await write("DELETE", `/api/maintenance/${id}`);
    if (!answer.isOk) notifyProblem("The window is still there", answer.problem);
    asked.reload();
  }
  return (
    <Panel
      title="Maintenance windows"
      aside={
        <button type="button" class="btn btn-xs" onClick={() => setPlanning(true)}>
          Plan one
        </button>
      }
    >
      <AskedContent asked={asked} what="The windows" rows={1}>
        {({ windows }) =>
          windows.length === 0 ? (
            <Empty>None planned. During a window nobody is woken; what happens is still kept.</Empty>
          ) : (
            <ul class="rows">
              {windows.map((window) => (
                <WindowRow key={window.id} window={window} onEnd={() => void end(window.id)} />
              ))}
            </ul>
          )
        }
      </AskedContent>
      {isPlanning && <PlanDialog onClose={() => setPlanning(false)} reload={asked.reload} />}
    </Panel>
  );
}

function WindowRow({ window: { service, fromMs, toMs, comment, author }, onEnd }: { window: MaintenanceWindow; onEnd: () => void }) {
  const nowMs = clock.nowMs.value;
  const isNow = fromMs <= nowMs && nowMs < toMs;
  const isOver = toMs <= nowMs;
  return (
    <li class="row">
      <span class="row-main">
        <b>{service ?? "Every service"}</b> {comment}
        <span class="block small muted">
          {clockText(fromMs, nowMs)} – {clockText(toMs, nowMs)}, by {author}
        </span>
      </span>
      {isNow && <StateMark state="warning" word="now" />}
      {isOver && <StateMark state="unknown" word="over" />}
      <button type="button" class="btn btn-sm" onClick={onEnd}>
        {isNow ? "End now" : "Take out"}
      </button>
    </li>
  );
}

function PlanDialog({ onClose, reload }: { onClose: () => void; reload: () => void }) {
  return (
    <FormDialog
      title="Plan maintenance"
      verb="Plan"
      onClose={onClose}
      submit={async (fields) => {
        const times = { fromMs: Date.parse(fieldText(fields, "from")), toMs: Date.parse(fieldText(fields, "to")) };
        const answer = await write("POST", "/api/maintenance", { service: fieldText(fields, "service"), comment: fieldText(fields, "comment"), ...times });
        if (!answer.isOk) return answer.problem;
        reload();
        return null;
      }}
    >
      <Field label="Service" hint="Empty for all of them.">
        <input class="input" name="service" defaultValue="link-service" />
      </Field>
      <div class="form-row">
        <Field label="From, in your time">
          <input class="input" name="from" type="datetime-local" required />
        </Field>
        <Field label="To">
          <input class="input" name="to" type="datetime-local" required />
        </Field>
      </div>
      <Field label="What is done">
        <input class="input" name="comment" required maxLength={200} />
      </Field>
    </FormDialog>
  );
}
