import { useState } from "preact/hooks";
import { MarkdownField } from "../parts/markdown-field.tsx";
import { notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { write } from "./write.ts";

/** Where a responder writes down what was seen and done. */
export function NoteBox({ incidentId, reload }: { incidentId: number; reload: () => void }) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  async function send(): Promise<void> {
    if (text.trim() === "" || isBusy) return;
    setBusy(true);
    const answer = await write("POST", `/api/incidents/${incidentId}/notes`, { text });
    setBusy(false);
    if (!answer.isOk) return notifyProblem("The note is not kept", answer.problem);
    setText("");
    reload();
  }
  return (
    <Panel title="Note">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <MarkdownField id="note" label="Note" text={text} rows={3} placeholder="What you see, what you try" onText={setText} onSend={() => void send()} />
        <div class="form-buttons">
          <button type="submit" class="btn btn-sm btn-primary" disabled={isBusy}>
            Add note
          </button>
        </div>
      </form>
    </Panel>
  );
}
