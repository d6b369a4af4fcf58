import { budgetLeft, budgetOf, ratioName, ratioWindows } from "../alerting/burn-rate.ts";
import type { Matcher } from "../alerting/expression.ts";
import { type Objective, objectives } from "../alerting/objectives.ts";
import type { SeriesSource } from "./evaluate/series-source.ts";
import { latestValue } from "./latest-value.ts";
import type { ObjectiveView } from "./views.ts";

/** Window of the whole period. */
const periodWindow = "30d";

/** How the objectives stand, by what was recorded last. */
export function objectiveViews(source: SeriesSource, nowMs: number): ObjectiveView[] {
  return objectives.map((objective) => viewOf(objective, (metric) => latestValue(source, metric, ofObjective(objective), nowMs)));
}

/** Chooses the recordings of an objective. */
export function ofObjective({ name }: Pick<Objective, "name">): Matcher[] {
  return [{ label: "slo", operator: "=", value: name }];
}

function viewOf(objective: Objective, read: (metric: string) => number | null): ObjectiveView {
  const bad = read(ratioName(periodWindow));
  const burns = Object.keys(ratioWindows).map((window): [string, number | null] => {
    const ratio = read(ratioName(window));
    return [window, ratio === null ? null : ratio / budgetOf(objective)];
  });
  const { name, title, target, periodDays, alert } = objective;
  return {
    name,
    title,
    target,
    periodDays,
    alert,
    goodShare: bad === null ? null : 1 - bad,
    budgetLeft: read(budgetLeft),
    burnRates: Object.fromEntries(burns),
  };
}
