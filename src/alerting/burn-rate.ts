import type { AlertDefinition, Severity } from "./alert-definition.ts";
import { allOf, anyOf, binary, type Expression, overTime, series, share } from "./expression.ts";
import type { Objective } from "./objectives.ts";
import type { TimeScale } from "./time-scale.ts";

const minuteS = 60;
const hourS = 3_600;
const dayS = 86_400;

/** One speed of burning that alerts: over the long window to be sure, over the short one to see that it goes on. */
export interface Tier {
  readonly severity: Severity;
  /** Times as fast as would spend the budget exactly in its period. */
  readonly burnRate: number;
  readonly longS: number;
  readonly shortS: number;
}

/** SRE workbook, chapter 5 ("multiwindow, multi-burn-rate"), with a last tier for what smoulders. */
export const tiers: readonly Tier[] = [
  { severity: "page", burnRate: 14.4, longS: hourS, shortS: 5 * minuteS },
  { severity: "page", burnRate: 6, longS: 6 * hourS, shortS: 30 * minuteS },
  { severity: "ticket", burnRate: 3, longS: dayS, shortS: 2 * hourS },
  { severity: "ticket", burnRate: 1, longS: 3 * dayS, shortS: 6 * hourS },
];

/** Windows whose error ratio is recorded, by the name they have in `slo:sli_error:ratio_rate…`, in seconds. */
export const ratioWindows: Readonly<Record<string, number>> = {
  "5m": 5 * minuteS,
  "30m": 30 * minuteS,
  "1h": hourS,
  "2h": 2 * hourS,
  "6h": 6 * hourS,
  "1d": dayS,
  "3d": 3 * dayS,
  "30d": 30 * dayS,
};

/** Window of the recorded rates that all longer windows are averaged from, in seconds. */
const baseWindowS = minuteS;
export const requestsRate = "slo:requests:rate1m";
export const badRate = "slo:bad:rate1m";
export const budgetLeft = "slo:error_budget:left_ratio";
/** Windows whose spent budget is recorded in `slo:error_budget:spent_ratio…`, in seconds. */
const spentWindows = { "1h": hourS, "6h": 6 * hourS, "30d": 30 * dayS };
export const spentName = (window: string): string => `slo:error_budget:spent_ratio${window}`;
export const ratioName = (window: string): string => `slo:sli_error:ratio_rate${window}`;

/** Fewest requests that a page or ticket may rest on, whatever the arithmetic allows. */
const requestsLeast = 20;

/** One recorded series. */
export interface Recording {
  readonly record: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly expression: Expression;
  /** Seldom means once a minute: the windows of days cost more and move less. */
  readonly isSeldom: boolean;
}

/**
 * Records rates of a minute, and error ratios over every window as the quotient of their averages: requests weigh alike, where
 * an average of ratios would weigh quiet minutes like busy ones. The raw counters of 30 days would be 70 million samples.
 */
export function recordingsOf(objective: Objective, scale: TimeScale): Recording[] {
  const labels = { slo: objective.name };
  const own = (record: string, expression: Expression, windowS = 0): Recording => ({ record, labels, expression, isSeldom: windowS >= dayS });
  const requests = objective.requests(baseWindowS);
  const bad = binary(objective.bad(baseWindowS), "or", binary(requests, "*", 0));
  const average = (record: string, windowS: number): Expression => overTime("avg_over_time", series(record, labels), windowS);
  const ratios = Object.entries(ratioWindows).map(([window, windowS]) =>
    own(ratioName(window), share(average(badRate, windowS), average(requestsRate, windowS)), windowS),
  );
  const spent = Object.entries(spentWindows).map(([window, windowS]) => own(spentName(window), budgetSpent(objective, windowS, scale), windowS));
  const left = binary(binary(series(spentName("30d"), labels), "*", -1), "+", 1);
  return [own(requestsRate, requests), own(badRate, bad), ...ratios, ...spent, own(budgetLeft, left, spentWindows["30d"])];
}

/**
 * Share of the period's error budget that a window spent, at the traffic of that window; time without samples counts as good.
 * So twenty bad seconds page no sooner in the first minutes of a history than after a month: 2 % of the budget stays what it is.
 */
function budgetSpent(objective: Objective, windowS: number, scale: TimeScale): Expression {
  const labels = { slo: objective.name };
  const perSample = (scale.intervalS / scale.windowS(windowS)) * (windowS / (objective.periodDays * dayS)) * (1 / budgetOf(objective));
  const bad = binary(overTime("sum_over_time", series(badRate, labels), windowS), "*", Number(perSample.toPrecision(9)));
  return share(bad, overTime("avg_over_time", series(requestsRate, labels), windowS));
}

/** Share of requests that may be bad, rounded of its binary dust. */
export function budgetOf({ target }: Objective): number {
  return Number((1 - target).toFixed(6));
}

/** Requests in the long window below which a single failure could alert: N ≥ 1 / (B · E). */
export function requestsFloor(objective: Objective, { burnRate }: Tier): number {
  return Math.max(requestsLeast, Math.ceil(1 / (burnRate * budgetOf(objective))));
}

/**
 * A tier's condition, on enough requests. A page asks how much of the budget the long window spent, so that a young history cannot
 * exaggerate; a ticket asks for the burn rate of what is there, because early is what a ticket can afford.
 */
function tierCondition(objective: Objective, tier: Tier, intervalS: number): Expression {
  const where = { slo: objective.name };
  const isPage = tier.severity === "page";
  const burns = (windowS: number): Expression => binary(series(ratioName(windowName(windowS)), where), ">", burnLimit(objective, tier));
  const spends = binary(series(spentName(windowName(tier.longS)), where), ">", spentLimit(objective, tier));
  const requests = binary(overTime("sum_over_time", series(requestsRate, where), tier.longS), "*", intervalS);
  return allOf(isPage ? spends : burns(tier.longS), burns(tier.shortS), binary(requests, ">=", requestsFloor(objective, tier)));
}

/** Share of the budget that a tier's burn rate spends in its long window: 14.4 × 1 h / 30 d = 2 %. */
export function spentLimit({ periodDays }: Objective, { burnRate, longS }: Tier): number {
  return Number(((burnRate * longS) / (periodDays * dayS)).toFixed(6));
}

/** Share of bad requests at which a tier's burn rate is reached: 14.4 × 0.1 % = 1.44 %. */
export function burnLimit(objective: Objective, { burnRate }: Tier): number {
  return Number((burnRate * budgetOf(objective)).toFixed(6));
}

function windowName(seconds: number): string {
  const found = Object.entries(ratioWindows).find(([, windowS]) => windowS === seconds);
  if (!found) throw new RangeError(`no ratio is recorded over ${seconds} s`);
  return found[0];
}

/** How long a burn must last before it alerts, and how long its alert outlives it, in seconds. */
const lasting: Record<"page" | "ticket", { forS: number; keepFiringS: number }> = {
  page: { forS: 2 * minuteS, keepFiringS: 5 * minuteS },
  ticket: { forS: 15 * minuteS, keepFiringS: 15 * minuteS },
};

/**
 * The page and the ticket of an objective. The tiers of one severity are one alert: a second tier that joins the
 * first is the same news, and as an alert of its own it would send a second mail.
 */
export function burnAlertsOf(objective: Objective, { intervalS }: Pick<TimeScale, "intervalS">): AlertDefinition[] {
  return (["page", "ticket"] as const).map((severity) => {
    const own = tiers.filter((tier) => tier.severity === severity);
    const [first, ...others] = own.map((tier) => tierCondition(objective, tier, intervalS)) as [Expression, ...Expression[]];
    const isPage = severity === "page";
    const limits = own.map((tier) => (isPage ? spentLimit : burnLimit)(objective, tier));
    return {
      name: objective.alert,
      severity,
      service: "link-service",
      slo: objective.name,
      condition: anyOf(first, ...others),
      measure: isPage ? `of the error budget of ${objective.periodDays} days spent within an hour or six` : "of the requests of a day or three were bad",
      limit: { value: Math.min(...limits), unit: "share", side: "above" },
      ...lasting[severity],
      summary: `${objective.title}: the error budget burns ${isPage ? "fast" : "steadily"}`,
      impact: objective.impact,
      action: objective.action,
      board: "objectives",
    };
  });
}
