import type { ObjectiveView } from "../../desk/views.ts";
import { shareText } from "../parts/value-text.ts";
import { BudgetBar } from "./budget-bar.tsx";

/** Objectives with what they promise, what was seen, and the budget. */
export function ObjectiveRows({ objectives }: { objectives: readonly ObjectiveView[] }) {
  return (
    <ul class="objective-rows">
      {objectives.map((objective) => (
        <li key={objective.name}>
          <span title={`Promised: ${shareText(objective.target, 1)} over ${objective.periodDays} days`}>{objective.title}</span>
          <span class="text-right">{shareText(objective.goodShare)}</span>
          <BudgetBar objective={objective} />
        </li>
      ))}
    </ul>
  );
}
