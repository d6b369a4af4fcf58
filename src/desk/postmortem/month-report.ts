import type { Incident } from "../../storage/desk/incident-store.ts";
import type { MonthView, Spread } from "../views.ts";

/** An incident that ended this soon without anybody's hand was not worth a page, in milliseconds. */
const falsePageMs = 300_000;

/**
 * The months of a list of incidents in figures, newest first. Drills and merged incidents are left out; what has no time of its own
 * (never acknowledged, not over) is excluded from that figure, and counted as such.
 *
 * @param budgetSpent share of each objective's budget that a month (`2026-11`) spent
 */
export function monthReport(incidents: readonly Incident[], budgetSpent: (month: string) => MonthView["budgetSpent"]): MonthView[] {
  const months = Map.groupBy(
    incidents.filter(({ isDrill, mergedInto }) => !isDrill && mergedInto === null),
    ({ openedAtMs }) => new Date(openedAtMs).toISOString().slice(0, 7),
  );
  return [...months]
    .toSorted(([a], [b]) => b.localeCompare(a))
    .map(([month, own]) => ({
      month,
      incidents: own.length,
      timeToDetect: spread(own.map(({ openedAtMs, impactStartedAtMs }) => openedAtMs - impactStartedAtMs)),
      timeToAcknowledge: spread(own.map(({ acknowledgedAtMs, openedAtMs }) => (acknowledgedAtMs === null ? null : acknowledgedAtMs - openedAtMs))),
      timeToResolve: spread(own.map(({ resolvedAtMs, impactStartedAtMs }) => (resolvedAtMs === null ? null : resolvedAtMs - impactStartedAtMs))),
      pages: own.filter(({ severity }) => severity === "page").length,
      falsePages: own.filter(isFalsePage).length,
      budgetSpent: budgetSpent(month),
    }));
}

function isFalsePage({ severity, acknowledgedAtMs, mitigatedAtMs, resolvedAtMs, openedAtMs }: Incident): boolean {
  return severity === "page" && acknowledgedAtMs === null && mitigatedAtMs === null && resolvedAtMs !== null && resolvedAtMs - openedAtMs < falsePageMs;
}

function spread(values: readonly (number | null)[]): Spread {
  const counted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const at = (share: number): number | null => counted[Math.max(0, Math.ceil(share * counted.length) - 1)] ?? null;
  return { count: counted.length, medianMs: at(0.5), p90Ms: at(0.9), excluded: values.length - counted.length };
}
