import type { LineColor } from "./chart-line.ts";

export type ChartColor = LineColor | "muted" | "line" | "text" | "accent";

/** A colour as the style sheet has it for the theme of the moment. */
export function chartColor(name: ChartColor): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
