import { useState } from "preact/hooks";
import type { TimelineEntry, TimelineKind } from "../../storage/desk/incident-store.ts";
import { clock } from "../parts/clock.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark, type State } from "../parts/state-mark.tsx";
import { clockText, exactText } from "../parts/time-text.ts";

/** Entries that are shown before the rest is asked for. */
const shownFirst = 15;

/** Kinds whose colour says how it went; all others are grey. */
const states: Partial<Readonly<Record<TimelineKind, State>>> = {
  opened: "bad",
  alert_fired: "bad",
  reopened: "bad",
  escalated: "warning",
  acknowledgement_expired: "warning",
  notification_failed: "warning",
  acknowledged: "good",
  mitigated: "good",
  alert_resolved: "good",
  resolved: "good",
  reviewed: "good",
};

/** The story so far, newest first; nothing in it ever changes. */
export function IncidentTimeline({ timeline }: { timeline: readonly TimelineEntry[] }) {
  const [isAll, setAll] = useState(false);
  const newestFirst = timeline.toSorted((a, b) => b.atMs - a.atMs || b.id - a.id);
  const shown = isAll ? newestFirst : newestFirst.slice(0, shownFirst);
  return (
    <Panel title="Timeline">
      <ol class="timeline">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {shown.length < newestFirst.length && (
        <button type="button" class="btn btn-sm self-start" onClick={() => setAll(true)}>
          Show all {newestFirst.length}
        </button>
      )}
    </Panel>
  );
}

function Entry({ entry: { atMs, kind, author, text } }: { entry: TimelineEntry }) {
  const state = states[kind];
  const word = kind.replaceAll("_", " ");
  return (
    <li>
      <time class="muted" dateTime={new Date(atMs).toISOString()} title={exactText(atMs)}>
        {clockText(atMs, clock.nowMs.value)}
      </time>
      <div>
        <p class="small">
          {state === undefined ? <b>{word}</b> : <StateMark state={state} word={word} />}
          <span class="muted"> · {author ?? "desk"}</span>
        </p>
        {kind === "note" || kind === "published" ? <Markdown text={text} /> : <p class="break-words">{text}</p>}
      </div>
    </li>
  );
}
