import type { ObjectiveView } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Panel } from "../parts/panel.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { shareText, valueText } from "../parts/value-text.ts";
import { BudgetBar } from "./budget-bar.tsx";

/** Budgets move slowly, in milliseconds. */
const refreshMs = 15_000;

/** What is promised, what was kept, and how fast the rest is spent. */
export function ObjectivesPage() {
  const asked = useAnswer<{ objectives: readonly ObjectiveView[] }>("/api/objectives", refreshMs);
  return (
    <>
      <div class="page-head">
        <h1 class="page-title">Objectives</h1>
        <span class="small muted">Burn 1 × spends the budget exactly by the end of the period.</span>
      </div>
      <AskedContent asked={asked} what="The objectives" rows={10}>
        {({ objectives }) =>
          objectives.length === 0 ? (
            <Empty>Objectives appear with the first evaluation, a few seconds after the start.</Empty>
          ) : (
            <div class="card-grid">
              {objectives.map((objective) => (
                <ObjectiveCard key={objective.name} objective={objective} />
              ))}
            </div>
          )
        }
      </AskedContent>
    </>
  );
}

function ObjectiveCard({ objective }: { objective: ObjectiveView }) {
  const { title, target, goodShare, periodDays, burnRates, alert } = objective;
  return (
    <Panel title={title} aside={<a href={`/runbooks/${alert}`}>Runbook</a>}>
      <p>
        <span class="big-number">{shareText(goodShare)}</span>{" "}
        <span class="muted">
          good over {periodDays} days, {shareText(target, target >= 0.999 ? 1 : 0)} promised
        </span>
      </p>
      <div class="stack-tight">
        <BudgetBar objective={objective} />
      </div>
      <dl class="facts burns">
        {Object.entries(burnRates).map(([window, rate]) => (
          <div key={window}>
            <dt>burn, {window}</dt>
            <dd>{rate !== null && rate > 1 ? <StateMark state="warning" word={`${valueText(rate)} ×`} /> : rate === null ? "–" : `${valueText(rate)} ×`}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
