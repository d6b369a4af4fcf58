import type { Binary, BinaryOperation, Expression, Matcher, OverTime, Series } from "./expression.ts";
import { realTime, type TimeScale } from "./time-scale.ts";

/** Spells an expression in PromQL, its windows and offsets scaled. */
export function toPromQl(expression: Expression, scale: TimeScale = realTime): string {
  switch (expression.kind) {
    case "scalar":
      return String(expression.value);
    case "time":
      return "time()";
    case "series":
      return `${selector(expression)}${offset(expression, scale)}`;
    case "over_time":
      return overTimeText(expression, scale);
    case "aggregate":
      return `${expression.operation} by (${expression.by.join(", ")}) (${toPromQl(expression.of, scale)})`;
    case "quantile":
      return `histogram_quantile(${expression.share}, ${toPromQl(expression.of, scale)})`;
    case "absent":
      return `absent(${selector(expression.of)})`;
    case "binary":
      return binaryText(expression, scale);
  }
}

function overTimeText({ function: name, series, windowS, aheadS }: OverTime, scale: TimeScale): string {
  const ahead = aheadS === undefined ? "" : `, ${scale.spanS(aheadS)}`;
  return `${name}(${selector(series)}[${promDuration(scale.windowS(windowS))}]${offset(series, scale)}${ahead})`;
}

function binaryText({ operation, left, right, on }: Binary, scale: TimeScale): string {
  const side = (of: Expression): string => (isLooser(of, operation) ? `(${toPromQl(of, scale)})` : toPromQl(of, scale));
  return `${side(left)} ${operation}${on ? ` on (${on.join(", ")})` : ""} ${side(right)}`;
}

/** Whether a side needs parentheses: any operation inside another one gets them, but for a chain of the same `and` or `or`. */
function isLooser(side: Expression, outer: BinaryOperation): boolean {
  if (side.kind !== "binary") return false;
  return !(side.operation === outer && (outer === "and" || outer === "or"));
}

function selector({ metric, matchers }: Series): string {
  return matchers.length === 0 ? metric : `${metric}{${matchers.map(matcherText).join(", ")}}`;
}

/** A matcher as Prometheus and Alertmanager spell it. */
export function matcherText({ label, operator, value }: Matcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}

function offset({ offsetS }: Series, scale: TimeScale): string {
  return offsetS === 0 ? "" : ` offset ${promDuration(scale.spanS(offsetS))}`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** A duration as Prometheus writes it: `30m`, `6h`, `1h30m`. */
export function promDuration(seconds: number): string {
  let restMs = Math.round(seconds * 1000);
  let text = "";
  for (const [unit, lengthMs] of units) {
    const count = Math.floor(restMs / lengthMs);
    restMs -= count * lengthMs;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === "" ? "0s" : text;
}
