import type uPlot from "uplot";
import { valueText } from "../value-text.ts";
import { chartColor } from "./chart-colors.ts";
import { chartLayers, labelWidthMost } from "./chart-layers.ts";
import type { ChartContent, ChartSpan } from "./chart-line.ts";

export interface ChartPlan {
  readonly width: number;
  readonly height: number;
  /** Charts with the same key move their crosshair together. */
  readonly syncKey: string;
  content(): ChartContent;
  /** Index of the time under the crosshair, or null. */
  onHover(index: number | null): void;
  onZoom(span: ChartSpan): void;
  onZoomOut(): void;
}

/** Narrower selections are slips of the hand, in pixels. */
const selectionLeast = 6;
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Width of a character of an axis, about, in pixels. */
const characterWidth = 7;

const two = (value: number): string => String(value).padStart(2, "0");

/** Time of day as fine as the distance of two ticks asks for; dates where days pass. */
function timeTick(atMs: number, distanceMs: number): string {
  const at = new Date(atMs);
  if (distanceMs >= dayMs) return at.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return distanceMs < minuteMs ? `${time}:${two(at.getSeconds())}` : time;
}

/** Above what is seen and what is promised, with room for the marks at the top. */
function topOf(most: number | null, { thresholds }: ChartContent): number {
  const highest = Math.max(most ?? 0, ...thresholds.map(({ value }) => value));
  return highest > 0 ? highest * 1.15 : 1;
}

function axes(): uPlot.Axis[] {
  const shared = {
    stroke: () => chartColor("muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: () => chartColor("line"), width: 1 },
    ticks: { show: false },
  };
  return [
    {
      ...shared,
      grid: { show: false },
      space: 64,
      size: 24,
      gap: 4,
      values: (...[, splits, , , distanceMs]) => splits.map((at) => timeTick(at, distanceMs)),
    },
    {
      ...shared,
      space: 32,
      gap: 4,
      size: (_, values) => 8 + characterWidth * Math.max(1, ...(values ?? []).map((value) => value.length)),
      values: (_, splits) => splits.map(valueText),
    },
  ];
}

/** A chart as uPlot draws it, in the colours of the theme. */
export function chartOptions(plan: ChartPlan): uPlot.Options {
  const { content } = plan;
  const { lines } = content();
  const labelled = lines.length > 1 ? Math.min(labelWidthMost, 8 + characterWidth * Math.max(...lines.map(({ label }) => label.length))) : 12;
  return {
    width: plan.width,
    height: plan.height,
    ms: 1,
    padding: [8, labelled, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: plan.syncKey, setSeries: false, scales: ["x", null] },
      points: { size: 6 },
      bind: {
        dblclick: () => () => {
          plan.onZoomOut();
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => [content().span.fromMs, content().span.toMs] },
      y: { range: (_, __, most) => [0, topOf(most, content())] },
    },
    axes: axes(),
    series: [{}, ...lines.map(({ label, color }) => ({ label, stroke: () => chartColor(color), width: 1.5, spanGaps: false, points: { show: false } }))],
    plugins: [chartLayers(content)],
    hooks: {
      setCursor: [(chart) => plan.onHover(chart.cursor.idx ?? null)],
      setSelect: [(chart) => takeSelection(chart, plan)],
    },
  };
}

function takeSelection(chart: uPlot, { onZoom }: ChartPlan): void {
  const { left, width } = chart.select;
  if (width < selectionLeast) return;
  onZoom({ fromMs: Math.round(chart.posToVal(left, "x")), toMs: Math.round(chart.posToVal(left + width, "x")) });
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}
