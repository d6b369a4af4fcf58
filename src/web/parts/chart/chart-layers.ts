import type uPlot from "uplot";
import { chartColor } from "./chart-colors.ts";
import type { ChartContent, ChartLine } from "./chart-line.ts";

/** Least distance between two labels at the ends of lines, and the longest label that fits there, in pixels of the page. */
const labelHeight = 13;
export const labelWidthMost = 72;
const tickHeight = 6;
/** Longest text of a mark, in characters, and least distance between two of them, in pixels. */
const markTextMost = 24;
const markDistance = 60;

interface Pen {
  readonly context: CanvasRenderingContext2D;
  /** Device pixels to a pixel of the page. */
  readonly ratio: number;
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/** What is drawn below and above the lines: spans of incidents, marks, thresholds, and the names at the ends of lines. */
export function chartLayers(content: () => ChartContent): uPlot.Plugin {
  const penOf = (chart: uPlot): Pen => ({ context: chart.ctx, ratio: devicePixelRatio, box: chart.bbox });
  return {
    hooks: {
      drawClear: (chart) => drawSpans(chart, penOf(chart), content()),
      draw: (chart) => {
        const pen = penOf(chart);
        pen.context.save();
        drawThresholds(chart, pen, content());
        drawMarks(chart, pen, content());
        drawLabels(chart, pen, content());
        pen.context.restore();
      },
    },
  };
}

function drawSpans(chart: uPlot, { context, box }: Pen, { marks, span }: ChartContent): void {
  context.save();
  context.globalAlpha = 0.1;
  context.fillStyle = chartColor("bad");
  for (const { kind, fromMs, toMs } of marks) {
    const endMs = Math.min(toMs ?? span.toMs, span.toMs);
    if (kind !== "incident" || endMs <= span.fromMs || fromMs >= span.toMs) continue;
    const left = chart.valToPos(Math.max(fromMs, span.fromMs), "x", true);
    context.fillRect(left, box.top, Math.max(1, chart.valToPos(endMs, "x", true) - left), box.height);
  }
  context.restore();
}

function drawThresholds(chart: uPlot, { context, ratio, box }: Pen, { thresholds }: ChartContent): void {
  context.strokeStyle = chartColor("muted");
  context.lineWidth = ratio;
  context.setLineDash([4 * ratio, 4 * ratio]);
  for (const { value } of thresholds) {
    const y = chart.valToPos(value, "y", true);
    if (y < box.top || y > box.top + box.height) continue;
    context.beginPath();
    context.moveTo(box.left, y);
    context.lineTo(box.left + box.width, y);
    context.stroke();
  }
  context.setLineDash([]);
}

function drawMarks(chart: uPlot, { context, ratio, box }: Pen, { marks, span }: ChartContent): void {
  context.font = `${11 * ratio}px system-ui, sans-serif`;
  context.textBaseline = "top";
  let lastTextX = Number.NEGATIVE_INFINITY;
  for (const { kind, fromMs, text } of marks.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (kind === "incident" || fromMs < span.fromMs || fromMs > span.toMs) continue;
    const x = Math.round(chart.valToPos(fromMs, "x", true));
    const color = chartColor(kind === "moment" ? "bad" : "muted");
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(x, box.top);
    context.lineTo(x, kind === "moment" ? box.top + box.height : box.top + tickHeight * ratio);
    context.stroke();
    if (x - lastTextX < markDistance * ratio && kind !== "moment") continue;
    lastTextX = x;
    const isAtRight = x > box.left + box.width / 2;
    context.textAlign = isAtRight ? "right" : "left";
    context.fillText(text.length > markTextMost ? `${text.slice(0, markTextMost - 1)}…` : text, x + (isAtRight ? -4 : 4) * ratio, box.top);
  }
}

/** The last value of a line and where it is. */
function endOf({ values }: ChartLine): { index: number; value: number } | null {
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index];
    if (value != null) return { index, value };
  }
  return null;
}

function drawLabels(chart: uPlot, { context, ratio, box }: Pen, { lines, timesMs }: ChartContent): void {
  if (lines.length < 2) return;
  context.font = `${11 * ratio}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const ends = lines.flatMap((line) => {
    const end = endOf(line);
    return end === null ? [] : [{ line, x: chart.valToPos(timesMs[end.index] ?? 0, "x", true), y: chart.valToPos(end.value, "y", true) }];
  });
  let lowest = Number.POSITIVE_INFINITY;
  for (const { line, x, y } of ends.toSorted((a, b) => b.y - a.y)) {
    if (context.measureText(line.label).width > labelWidthMost * ratio || x < box.left) continue;
    lowest = Math.min(y, lowest - labelHeight * ratio);
    context.fillStyle = chartColor(line.color);
    context.fillText(line.label, x + 4 * ratio, lowest);
  }
}
