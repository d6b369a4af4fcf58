import type { DeskNotesStore } from "../storage/desk/desk-notes-store.ts";
import { evidenceCharts } from "./chart-titles.ts";
import type { EvidenceSources, Span, StoredChart } from "./incidents/capture-evidence.ts";
import type { SignalHistory } from "./series/signal-history.ts";
import type { LogDesk } from "./log-desk.ts";

/** Points of a stored chart, series of it, kinds of errors and routes that are kept. */
const pointsMost = 240;
const seriesMost = 12;
const errorsMost = 10;
const routesMost = 10;
/** Points over which the failures of a route are averaged. */
const routePointsMost = 120;

export interface EvidenceParts {
  readonly history: Pick<SignalHistory, "query">;
  readonly logs: Pick<LogDesk, "errorCounts">;
  readonly notes: Pick<DeskNotesStore, "changes">;
}

/** Where an incident's evidence comes from. */
export function evidenceSources({ history, logs, notes }: EvidenceParts): EvidenceSources {
  return {
    signals: (span) => evidenceCharts.flatMap((chart) => drawnChart(history, chart, span) ?? []),
    logErrors: (span) =>
      logs.errorCounts(span, errorsMost).map(({ message, errorCode, route, count }) => ({
        text: [message, errorCode, route].filter((part) => part !== null && part !== "").join(" · "),
        count,
      })),
    failingRoutes: (span) => failingRoutes(history, span),
    changes: (span) => notes.changes(span).map(({ atMs, text }) => ({ atMs, text })),
  };
}

/** One chart; null when nothing was recorded. */
function drawnChart(history: EvidenceParts["history"], { name, title, unit }: (typeof evidenceCharts)[number], span: Span): StoredChart | null {
  const { timesMs, series } = history.query({ name, ...span, pointsMost });
  if (series.length === 0) return null;
  const kept = series.toSorted((a, b) => highest(b.values) - highest(a.values)).slice(0, seriesMost);
  return { name, title, unit, timesMs, series: kept.map(({ labels, values }) => ({ label: labelText(labels), values })) };
}

function failingRoutes(history: EvidenceParts["history"], span: Span): { route: string; perSecond: number }[] {
  const { series } = history.query({ name: "signal:failing_route:per_second", ...span, pointsMost: routePointsMost });
  return series
    .map(({ labels, values }) => {
      const known = values.filter((value) => value !== null);
      return { route: labels["route"] ?? "", perSecond: known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length) };
    })
    .toSorted((a, b) => b.perSecond - a.perSecond)
    .slice(0, routesMost);
}

function highest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** What tells a series from its neighbours. */
function labelText(labels: Readonly<Record<string, string>>): string {
  const { route, code, instance, outcome, job = "" } = labels;
  return route ?? code ?? outcome ?? instance ?? job;
}
