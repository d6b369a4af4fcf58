import { useState } from "preact/hooks";
import type { IncidentView } from "../../desk/views.ts";
import type { PublicPhase } from "../../storage/desk/incident-store.ts";
import { Empty } from "../parts/empty.tsx";
import { Field } from "../parts/field.tsx";
import { MarkdownField } from "../parts/markdown-field.tsx";
import { Moment } from "../parts/moment.tsx";
import { notify, notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { write } from "./write.ts";

const phases: readonly PublicPhase[] = ["investigating", "identified", "monitoring", "resolved"];

/** What the public is told on the status page; only people write it. */
export function PublicUpdates({ view: { incident, timeline }, reload }: { view: IncidentView; reload: () => void }) {
  const [text, setText] = useState("");
  const [phase, setPhase] = useState<string>(incident.publicPhase ?? "investigating");
  const published = timeline.filter(({ kind }) => kind === "published").toReversed();
  async function publish(): Promise<void> {
    if (text.trim() === "") return;
    const answer = await write("POST", `/api/incidents/${incident.id}/updates`, { phase, text });
    if (!answer.isOk) return notifyProblem("The update is not published", answer.problem);
    notify("good", "The update is on the status page.");
    setText("");
    reload();
  }
  return (
    <Panel title="Status page" aside={<a href="/status">See it</a>}>
      {published.length === 0 && <Empty>The public does not see this incident yet. The first update shows it.</Empty>}
      {published.length > 0 && (
        <ul class="rows">
          {published.map(({ id, text: said, atMs, details }) => (
            <li key={id} class="row">
              <span class="row-main">
                <b>{typeof details["phase"] === "string" ? details["phase"] : "update"}</b>: {said}
              </span>
              <span class="row-side small">
                <Moment atMs={atMs} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        <MarkdownField
          id="update"
          label="Update for customers"
          text={text}
          rows={2}
          placeholder="What they notice, and when you will say more"
          onText={setText}
        />
        <div class="form-row">
          <Field label="Phase">
            <select class="select select-sm" value={phase} onChange={(event) => setPhase(event.currentTarget.value)}>
              {phases.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </Field>
          <button type="submit" class="btn btn-sm">
            Publish
          </button>
        </div>
      </form>
    </Panel>
  );
}
