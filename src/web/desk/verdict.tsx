import type { Verdict } from "../../desk/views.ts";
import { clock } from "../parts/clock.ts";
import { StateMark } from "../parts/state-mark.tsx";
import { agoText, clockText, spanText } from "../parts/time-text.ts";
import { live } from "./live.ts";

/** A word of the desk that is older than three of its intervals says nothing about now, in milliseconds. */
const staleAfterMs = 15_000;

const words: Readonly<Record<Verdict, string>> = { good: "Well", warning: "Warning", bad: "Failing", unknown: "Unknown" };

/** Is it well? One sentence, and since when. */
export function VerdictLine() {
  const now = live.now.value;
  const nowMs = clock.nowMs.value;
  if (now === null)
    return <div class="verdict verdict-unknown">{live.problem.value === null ? <div class="skeleton h-7 w-64" /> : <h1>No word from the desk yet</h1>}</div>;
  const { state, sentence, sinceMs } = now.verdict;
  const isStale = nowMs - now.nowMs > staleAfterMs;
  const shown = isStale ? "unknown" : state;
  return (
    <div class={`verdict verdict-${shown}`} aria-live="polite">
      <h1>
        <StateMark state={shown} word={isStale ? "Stale" : words[state]} isWordHidden /> {sentence}
      </h1>
      <p class="muted">
        {isStale && `That was ${agoText(now.nowMs, nowMs)}; nothing newer is known.`}
        {!isStale &&
          sinceMs !== null &&
          (state === "good"
            ? `${spanText(nowMs - sinceMs)} since the last incident`
            : `since ${clockText(sinceMs, nowMs)}, ${spanText(nowMs - sinceMs)} by now`)}
      </p>
    </div>
  );
}
