import { useEffect, useState } from "preact/hooks";
import type { PostmortemView } from "../../desk/views.ts";
import { ask } from "../parts/answer.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Moment } from "../parts/moment.tsx";
import { notify, notifyProblem } from "../parts/notices.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { write } from "./write.ts";

const conflict = 409;

/** The text beside what becomes of it. A save names the version it saw; when another one was saved meanwhile, both are shown. */
export function PostmortemEditor({ view, onSaved }: { view: PostmortemView; onSaved: (view: PostmortemView) => void }) {
  const [text, setText] = useState(view.text);
  const [version, setVersion] = useState(view.version);
  const [theirs, setTheirs] = useState<PostmortemView | null>(null);
  const [isWriting, setWriting] = useState(false);
  const path = `/api/incidents/${view.incidentId}/postmortem`;
  const isChanged = text !== view.text;
  useUnsavedGuard(isChanged);
  async function save(onVersion: number): Promise<void> {
    const answer = await write<PostmortemView>("PUT", path, { text, version: onVersion });
    if (answer.isOk) {
      notify("good", "Saved.");
      setTheirs(null);
      setVersion(answer.value.version);
      return onSaved(answer.value);
    }
    if (answer.problem.status !== conflict) return notifyProblem("Not saved", answer.problem);
    const current = await ask<PostmortemView>("GET", path);
    if (current.isOk) setTheirs(current.value);
    else notifyProblem("Someone else saved meanwhile, and that version could not be loaded", current.problem);
  }
  return (
    <>
      {theirs !== null && (
        <Conflict
          theirs={theirs}
          onMine={() => void save(theirs.version)}
          onTheirs={() => {
            setText(theirs.text);
            setVersion(theirs.version);
            setTheirs(null);
            onSaved(theirs);
          }}
        />
      )}
      <div class="page-head">
        <Saved view={view} isChanged={isChanged} />
        <div class="form-buttons">
          <button type="button" class="btn btn-sm" aria-pressed={isWriting} onClick={() => setWriting(!isWriting)}>
            {isWriting ? "Read" : "Edit"}
          </button>
          <button type="button" class="btn btn-sm btn-primary" disabled={!isChanged} onClick={() => void save(version)}>
            Save
          </button>
        </div>
      </div>
      <div class={isWriting ? "editor-columns" : ""}>
        {isWriting && (
          <textarea
            class="textarea editor"
            aria-label="Text of the post-mortem, in Markdown"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Panel title={isWriting ? "Preview" : "Text"}>
          <Markdown text={text} />
        </Panel>
      </div>
    </>
  );
}

function Saved({ view: { isDraft, savedAtMs, savedBy }, isChanged }: { view: PostmortemView; isChanged: boolean }) {
  if (isChanged) return <StateMark state="warning" word="not saved" />;
  if (isDraft || savedAtMs === null) return <span class="muted">A draft that the desk wrote; nobody has edited it.</span>;
  return (
    <span class="muted">
      saved by {savedBy ?? "someone"} <Moment atMs={savedAtMs} />
    </span>
  );
}

function Conflict({ theirs, onMine, onTheirs }: { theirs: PostmortemView; onMine: () => void; onTheirs: () => void }) {
  return (
    <div class="fault" role="alert">
      <p>
        <StateMark state="warning" word="Not saved" />: {theirs.savedBy ?? "someone"} saved version {theirs.version} meanwhile. Your text is still below.
      </p>
      <details class="w-full">
        <summary>Their version</summary>
        <pre class="theirs" tabIndex={0}>
          {theirs.text}
        </pre>
      </details>
      <div class="form-buttons">
        <button type="button" class="btn btn-sm" onClick={onMine}>
          Save mine over theirs
        </button>
        <button type="button" class="btn btn-sm" onClick={onTheirs}>
          Take theirs
        </button>
      </div>
    </div>
  );
}

/** Asks before the window closes over a text that is not saved. */
function useUnsavedGuard(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const guard = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", guard);
    return () => removeEventListener("beforeunload", guard);
  }, [isChanged]);
}
