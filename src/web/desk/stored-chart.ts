import type { StoredChart } from "../../desk/incidents/capture-evidence.ts";
import type { ChartContent, LineColor } from "../parts/chart/chart-line.ts";

const colors: readonly LineColor[] = ["line-1", "line-2", "line-3", "line-4", "line-5"];

const gigabyte = 1e9;

/** Units as they are stored, and as they are read. */
const units: Readonly<Record<string, { readonly unit: string; readonly scale: number }>> = {
  s: { unit: "ms", scale: 1_000 },
  seconds: { unit: "ms", scale: 1_000 },
  share: { unit: "%", scale: 100 },
  cores: { unit: "% of a core", scale: 100 },
  "requests/s": { unit: "req/s", scale: 1 },
  "1/s": { unit: "per second", scale: 1 },
};

function unitOf({ unit, series }: StoredChart): { unit: string; scale: number } {
  if (unit !== "bytes") return units[unit] ?? { unit, scale: 1 };
  const isLarge = series.some(({ values }) => values.some((value) => value !== null && value > gigabyte));
  return isLarge ? { unit: "GB", scale: 1 / gigabyte } : { unit: "MB", scale: 1e-6 };
}

/** A chart of the evidence with the moment when the impact began, in units that people read. */
export function storedChart(chart: StoredChart, impactMs: number): { unit: string; content: ChartContent } {
  const { name, timesMs, series } = chart;
  const { unit, scale } = unitOf(chart);
  const lines = series.slice(0, colors.length).map(({ label, values }, index) => ({
    label,
    color: (name.includes("errors_5xx") && index === 0) || label.includes("5xx") ? ("bad" as const) : (colors[index] ?? "line-5"),
    values: values.map((value) => (value === null ? null : value * scale)),
  }));
  const marks = [{ kind: "moment", fromMs: impactMs, toMs: null, text: "impact begins" }] as const;
  return { unit, content: { timesMs, lines, thresholds: [], marks, span: { fromMs: timesMs[0] ?? 0, toMs: timesMs.at(-1) ?? 1 } } };
}
