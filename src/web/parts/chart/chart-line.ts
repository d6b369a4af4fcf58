/** Colours of the style sheet that lines may have; the last two mean a state. */
export type LineColor = "line-1" | "line-2" | "line-3" | "line-4" | "line-5" | "warning" | "bad";

export interface ChartLine {
  readonly label: string;
  readonly color: LineColor;
  /** In the chart's unit, one for every time; null is a gap. */
  readonly values: readonly (number | null)[];
}

export interface ChartThreshold {
  readonly value: number;
  readonly text: string;
}

/** What happened at a moment, or over a span when `toMs` is later. */
export interface ChartMark {
  readonly kind: "deploy" | "restart" | "incident" | "moment";
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  readonly text: string;
}

export interface ChartSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ChartContent {
  readonly timesMs: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly span: ChartSpan;
  readonly marks: readonly ChartMark[];
  readonly thresholds: readonly ChartThreshold[];
}
