import type { StoredChart } from "../incidents/capture-evidence.ts";
import { utc } from "./time-text.ts";

const width = 640;
const height = 160;
const left = 56;
const right = 8;
const top = 8;
const bottom = 24;
const seriesMost = 5;
const colors = ["#2563eb", "#d97706", "#059669", "#7c3aed", "#db2777"];

/** A chart as a picture that needs no script: lines with gaps, two axes, and the moment of the incident. */
export function chartSvg({ title, unit, timesMs, series }: StoredChart, { markMs }: { markMs: number }): string {
  const fromMs = timesMs[0] ?? 0;
  const toMs = timesMs.at(-1) ?? 1;
  const shown = series.slice(0, seriesMost);
  const most = Math.max(...shown.flatMap(({ values }) => values.map((value) => value ?? 0)), Number.MIN_VALUE);
  const x = (atMs: number): number => left + ((atMs - fromMs) / Math.max(toMs - fromMs, 1)) * (width - left - right);
  const y = (value: number): number => height - bottom - (value / most) * (height - top - bottom);
  const lines = shown.map(({ label, values }, index) => {
    const path = linePath(timesMs, values, { x, y });
    return `<path d="${path}" fill="none" stroke="${colors[index]}" stroke-width="1.5"><title>${escapeXml(label)}</title></path>`;
  });
  const names = shown.map(
    ({ label }, index) => `<text x="${left + 8 + index * 110}" y="${top + 10}" fill="${colors[index]}">${escapeXml(label.slice(0, 18))}</text>`,
  );
  const mark =
    markMs >= fromMs && markMs <= toMs
      ? `<line x1="${round(x(markMs))}" x2="${round(x(markMs))}" y1="${top}" y2="${height - bottom}" stroke="#dc2626" stroke-dasharray="4 3"/>`
      : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(`${title}, ${unit}`)}" font-family="system-ui" font-size="10">`,
    `<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#9ca3af"/>`,
    `<text x="${left - 4}" y="${top + 8}" text-anchor="end" fill="#6b7280">${Number(most.toPrecision(3))}</text>`,
    `<text x="${left - 4}" y="${height - bottom}" text-anchor="end" fill="#6b7280">0</text>`,
    `<text x="${left}" y="${height - 8}" fill="#6b7280">${utc(fromMs).slice(11, 16)}</text>`,
    `<text x="${width - right}" y="${height - 8}" text-anchor="end" fill="#6b7280">${utc(toMs).slice(11, 16)} UTC</text>`,
    ...lines,
    ...names,
    mark,
    "</svg>",
  ].join("");
}

/** A gap ends the line; a point alone is drawn as a dot. */
function linePath(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  { x, y }: { x: (atMs: number) => number; y: (value: number) => number },
): string {
  let path = "";
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    path += `${isDrawing ? "L" : "M"}${round(x(timesMs[index] ?? 0))} ${round(y(value))}${isDrawing ? "" : "h0.1"}`;
    isDrawing = true;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
