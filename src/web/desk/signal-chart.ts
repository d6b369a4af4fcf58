import type { SeriesView } from "../../desk/views.ts";
import type { ChartContent, ChartLine, ChartMark, ChartSpan, ChartThreshold, LineColor } from "../parts/chart/chart-line.ts";
import type { SignalViews } from "./use-signals.ts";

export interface SignalLine {
  readonly signal: string;
  /** Factor from the signal's unit to the chart's. */
  readonly scale: number;
  /** Name of the line; without one every series of the signal is a line, named by this label of it. */
  readonly label?: string;
  readonly by?: string;
  readonly color: LineColor;
}

const colors: readonly LineColor[] = ["line-1", "line-2", "line-3", "line-4", "line-5"];
const seriesMost = colors.length;

type Values = readonly (number | null)[];

/** Lines and marks of a chart out of the answers about its signals, all on the times of the first one. */
export function signalChart(
  lines: readonly SignalLine[],
  views: SignalViews,
  { span, thresholds }: { span: ChartSpan; thresholds: readonly ChartThreshold[] },
): ChartContent {
  const first = views.get(lines[0]?.signal ?? "");
  const timesMs = first?.timesMs ?? [];
  return { timesMs, lines: lines.flatMap((line) => linesOf(line, views.get(line.signal), timesMs)), span, thresholds, marks: first?.marks.map(markOf) ?? [] };
}

function linesOf({ scale, label, by, color }: SignalLine, view: SeriesView | undefined, timesMs: readonly number[]): ChartLine[] {
  if (view === undefined) return [];
  const scaled = (values: Values): Values => onTimes(view, values, timesMs).map((value) => (value === null ? null : value * scale));
  if (by === undefined) return [{ label: label ?? "", color, values: scaled(sum(view.series.map(({ values }) => values))) }];
  const groups = [...Map.groupBy(view.series, ({ labels }) => labels[by] ?? "unnamed")]
    .map(([name, series]) => ({ name, values: sum(series.map(({ values }) => values)) }))
    .toSorted((a, b) => total(b.values) - total(a.values));
  const shown = groups.length > seriesMost ? groups.slice(0, seriesMost - 1) : groups;
  const rest = groups.slice(shown.length);
  const named = shown.map(({ name, values }, index) => ({ label: name, color: colors[index] ?? color, values: scaled(values) }));
  return rest.length === 0 ? named : [...named, { label: "other", color: "line-5", values: scaled(sum(rest.map(({ values }) => values))) }];
}

/** Answers about one span have one grid, but for a moment when their resolutions change. */
function onTimes(view: SeriesView, values: Values, timesMs: readonly number[]): Values {
  if (view.timesMs.length === timesMs.length && view.timesMs[0] === timesMs[0]) return values;
  const byTime = new Map(view.timesMs.map((atMs, index) => [atMs, values[index] ?? null]));
  return timesMs.map((atMs) => byTime.get(atMs) ?? null);
}

function sum(columns: readonly Values[]): Values {
  const [first = [], ...others] = columns;
  if (others.length === 0) return first;
  return first.map((_, index) => columns.reduce<number | null>((all, values) => (values[index] == null ? all : (all ?? 0) + values[index]), null));
}

function total(values: Values): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

function markOf({ kind, fromMs, toMs, text }: SeriesView["marks"][number]): ChartMark {
  return { kind, fromMs, toMs, text };
}
