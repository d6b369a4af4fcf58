import { badRate, budgetOf, requestsRate } from "../alerting/burn-rate.ts";
import { type Objective, objectives } from "../alerting/objectives.ts";
import type { Incident } from "../storage/desk/incident-store.ts";
import { ofObjective } from "./objective-views.ts";
import type { SignalHistory } from "./series/signal-history.ts";
import type { IncidentImpact } from "./views.ts";

/** Points that an impact is summed over; an incident of a day is summed by minutes. */
const pointsMost = 1_440;
/** Traffic before the impact by which requests are reckoned that could not even be made, over this long, in milliseconds. */
const usualOverMs = 600_000;
const secondMs = 1_000;
const dayS = 86_400;

type History = Pick<SignalHistory, "query">;

/**
 * What an incident cost: requests that failed or were slow, and those that found nobody while the service was down, reckoned by the
 * traffic before. An incident without an objective is measured by the objectives of availability.
 */
export function incidentImpact(history: History, incident: Incident, nowMs: number): IncidentImpact {
  const span = { fromMs: incident.impactStartedAtMs, toMs: Math.max(incident.resolvedAtMs ?? nowMs, incident.impactStartedAtMs + secondMs) };
  const own = objectives.filter(({ name }) => (incident.slo === null ? name.endsWith("-availability") : name === incident.slo));
  const downS = secondsDown(history, span);
  const parts = own.map((objective) => ({ objective, failed: failedRequests(history, objective, { ...span, downS }) }));
  const measured = parts.flatMap(({ failed }) => (failed === null ? [] : [failed]));
  const spent = parts.flatMap(({ objective, failed }) => (failed === null ? [] : (budgetShare(history, { objective, failed, nowMs }) ?? [])));
  return {
    failedRequests: measured.length === 0 ? null : measured.reduce((sum, failed) => sum + failed, 0),
    budgetSpent: spent.length === 0 ? null : Math.max(...spent),
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function failedRequests(history: History, objective: Objective, { fromMs, toMs, downS }: Span & { downS: number }): number | null {
  const bad = sumOver(history, badRate, objective, { fromMs, toMs });
  const usual = averageOver(history, requestsRate, objective, { fromMs: fromMs - usualOverMs, toMs: fromMs });
  const unserved = usual === null ? null : usual * downS;
  return bad === null && unserved === null ? null : (bad ?? 0) + (unserved ?? 0);
}

/** Share of the period's budget, at the traffic of what is known of the period. */
function budgetShare(history: History, { objective, failed, nowMs }: { objective: Objective; failed: number; nowMs: number }): number | null {
  const periodS = objective.periodDays * dayS;
  const requestsPerS = averageOver(history, requestsRate, objective, { fromMs: nowMs - periodS * secondMs, toMs: nowMs });
  return requestsPerS === null || requestsPerS === 0 ? null : failed / (requestsPerS * periodS * budgetOf(objective));
}

/** Seconds in which no instance answered. */
function secondsDown(history: History, span: Span): number {
  const { series, stepMs, timesMs } = history.query({ name: "signal:up:count", ...span, pointsMost });
  const isDown = timesMs.map((_, index) => {
    const values = series.map(({ values }) => values[index] ?? null).filter((value) => value !== null);
    return values.length > 0 && values.every((value) => value === 0);
  });
  return Math.min((isDown.filter(Boolean).length * stepMs) / secondMs, (span.toMs - span.fromMs) / secondMs);
}

/** A rate of every second, summed over a span. */
export function sumOver(history: History, name: string, objective: Objective, span: Span): number | null {
  const { series, stepMs } = history.query({ name, matchers: ofObjective(objective), ...span, pointsMost });
  const values = series.flatMap(({ values }) => values).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) * (stepMs / secondMs);
}

/** Mean over the time that was measured. */
export function averageOver(history: History, name: string, objective: Objective, span: Span): number | null {
  const values = history
    .query({ name, matchers: ofObjective(objective), ...span, pointsMost })
    .series.flatMap(({ values }) => values)
    .filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
