import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Problem } from "./answer.ts";
import { StateMark, type State } from "./state-mark.tsx";

interface Notice {
  readonly id: number;
  readonly state: State;
  readonly text: string;
}

/** How long a notice stays, in milliseconds, and how many are seen at once. */
const noticeMs = 8_000;
const noticesMost = 3;

const shown = signal<readonly Notice[]>([]);
let lastId = 0;

const words: Readonly<Record<State, string>> = { good: "Done", warning: "Note", bad: "Failed", unknown: "Note", drill: "Drill" };

/** Tells the viewer what happened, for a while, and screen readers at once. */
export function notify(state: State, text: string): void {
  const notice = { id: ++lastId, state, text };
  shown.value = [...shown.value, notice].slice(-noticesMost);
  setTimeout(() => dismiss(notice.id), noticeMs);
}

/** Tells why something was not done. */
export function notifyProblem(what: string, problem: Problem): void {
  notify("bad", `${what}: ${problem.detail}`);
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((notice) => notice.id !== id);
}

/** Where notices appear; once a page. */
export function Notices(): ComponentChildren {
  return (
    <div class="notices" aria-live="polite" role="status">
      {shown.value.map(({ id, state, text }) => (
        <div key={id} class="notice">
          <p>
            <StateMark state={state} word={words[state]} /> {text}
          </p>
          <button type="button" class="btn btn-ghost btn-sm" onClick={() => dismiss(id)}>
            Close
          </button>
        </div>
      ))}
    </div>
  );
}
