import type { ObjectiveView } from "../../desk/views.ts";
import { StateMark, type State } from "../parts/state-mark.tsx";
import { shareText } from "../parts/value-text.ts";

/** Below this share of the budget left it is time to be careful. */
const carefulBelow = 0.25;

function budgetState(left: number | null): State {
  if (left === null) return "unknown";
  if (left <= 0) return "bad";
  return left < carefulBelow ? "warning" : "good";
}

/** What is left of the error budget, as a bar with its number in words. */
export function BudgetBar({ objective: { title, budgetLeft } }: { objective: ObjectiveView }) {
  const state = budgetState(budgetLeft);
  const left = Math.max(0, Math.min(1, budgetLeft ?? 0));
  const text = budgetText(budgetLeft);
  return (
    <>
      <div
        class="meter"
        role="meter"
        aria-label={`Budget of “${title}”`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(left * 100)}
        aria-valuetext={text}
      >
        <div class={`meter-fill meter-${state}`} style={{ width: `${left * 100}%` }} />
      </div>
      <StateMark state={state} word={text} />
    </>
  );
}

function budgetText(left: number | null): string {
  if (left === null) return "not measured";
  if (left === 0) return "used up";
  return left < 0 ? `${shareText(-left, 0)} over` : `${shareText(left, 0)} left`;
}
