import { useEffect } from "preact/hooks";
import type { SilenceView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { clock } from "../parts/clock.ts";
import { Empty } from "../parts/empty.tsx";
import { notify, notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { agoText, exactText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { write } from "./write.ts";

/** Silences that hold, and a way to end them. */
export function SilencePanel({ round, onNew }: { round: number; onNew: () => void }) {
  const asked = useAnswer<{ silences: readonly SilenceView[] }>("/api/silences");
  useEffect(() => {
    if (round > 0) asked.reload();
  }, [round]);
  async function end({ id }: SilenceView): Promise<void> {
    const answer = await write("DELETE", `/api/silences/${id}`);
    if (answer.isOk) notify("good", "The silence is over.");
    else notifyProblem("The silence goes on", answer.problem);
    asked.reload();
  }
  return (
    <div id="silences">
      <Panel
        title="Silences"
        aside={
          <button type="button" class="btn btn-xs" onClick={onNew}>
            New silence
          </button>
        }
      >
        <AskedContent asked={asked} what="The silences" rows={1}>
          {({ silences }) =>
            silences.length === 0 ? (
              <Empty>None. A silenced alert is still watched and shown, but mails nobody.</Empty>
            ) : (
              <ul class="rows">
                {silences.map((silence) => (
                  <li key={silence.id} class="row">
                    <span class="row-main">
                      <b>
                        {Object.entries(silence.matchers)
                          .map(([label, value]) => (label === "alertname" ? value : `${label}=${value}`))
                          .join(", ")}
                      </b>{" "}
                      {silence.comment}
                      <span class="block small muted">
                        by {silence.author}, ends <span title={exactText(silence.toMs)}>{agoText(silence.toMs, clock.nowMs.value)}</span>
                      </span>
                    </span>
                    <button type="button" class="btn btn-sm" onClick={() => void end(silence)}>
                      End now
                    </button>
                  </li>
                ))}
              </ul>
            )
          }
        </AskedContent>
      </Panel>
    </div>
  );
}
