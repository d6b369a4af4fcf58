/**
 * What rules compute, as data: `toPromQl` spells it for Prometheus, and the desk computes it from its own series.
 * Windows and offsets are in seconds.
 */
export type Expression = Scalar | Time | Series | OverTime | Aggregate | Quantile | Binary | Absent;

export interface Scalar {
  readonly kind: "scalar";
  readonly value: number;
}

/** The moment of evaluation, in seconds since 1970. */
export interface Time {
  readonly kind: "time";
}

export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** The latest sample of each series, `offsetS` ago. */
export interface Series {
  readonly kind: "series";
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  readonly offsetS: number;
}

export type OverTimeFunction =
  | "rate"
  | "increase"
  | "avg_over_time"
  | "sum_over_time"
  | "min_over_time"
  | "max_over_time"
  | "count_over_time"
  | "predict_linear";

/** A function over the samples of a window; `predict_linear` looks `aheadS` into the future. */
export interface OverTime {
  readonly kind: "over_time";
  readonly function: OverTimeFunction;
  readonly series: Series;
  readonly windowS: number;
  readonly aheadS?: number;
}

export interface Aggregate {
  readonly kind: "aggregate";
  readonly operation: "sum" | "min" | "max";
  /** Labels that are kept. */
  readonly by: readonly string[];
  readonly of: Expression;
}

/** The value below which a share of the observations lies, from rates of histogram buckets that kept `le`. */
export interface Quantile {
  readonly kind: "quantile";
  /** From 0 to 1. */
  readonly share: number;
  readonly of: Expression;
}

export type BinaryOperation = "+" | "-" | "*" | "/" | ">" | ">=" | "<" | "<=" | "==" | "and" | "or";

/** Operations that keep the left samples that hold. */
export const comparisons: ReadonlySet<BinaryOperation> = new Set([">", ">=", "<", "<=", "=="]);

/** Sides match on all their labels, or on those of `on`. A comparison keeps the left samples that hold. */
export interface Binary {
  readonly kind: "binary";
  readonly operation: BinaryOperation;
  readonly left: Expression;
  readonly right: Expression;
  readonly on?: readonly string[];
}

/** One sample of 1 where no series is there. */
export interface Absent {
  readonly kind: "absent";
  readonly of: Series;
}

export const scalar = (value: number): Scalar => ({ kind: "scalar", value });

export const time: Time = { kind: "time" };

/** A matcher's text with its operator in front (`"!~ a|b"`), or a plain value that must be equal. */
export function series(metric: string, where: Readonly<Record<string, string>> = {}, offsetS = 0): Series {
  return { kind: "series", metric, matchers: Object.entries(where).map(([label, text]) => matcherOf(label, text)), offsetS };
}

function matcherOf(label: string, text: string): Matcher {
  const [, operator = "=", value = ""] = /^(?:(=~|!~|!=|=) )?(.*)$/s.exec(text) ?? [];
  return { label, operator: operator as Matcher["operator"], value };
}

export function overTime(name: Exclude<OverTimeFunction, "predict_linear">, of: Series, windowS: number): OverTime {
  return { kind: "over_time", function: name, series: of, windowS };
}

/** Where the line through the samples of the window stands `aheadS` from now. */
export function predictLinear(of: Series, windowS: number, aheadS: number): OverTime {
  return { kind: "over_time", function: "predict_linear", series: of, windowS, aheadS };
}

export const rate = (of: Series, windowS: number): OverTime => overTime("rate", of, windowS);
export const increase = (of: Series, windowS: number): OverTime => overTime("increase", of, windowS);

/** Sums samples that agree in the labels of `by`: one value for each job unless said otherwise. */
export const sum = (of: Expression, by: readonly string[] = ["job"]): Aggregate => ({ kind: "aggregate", operation: "sum", by, of });
export const highest = (of: Expression, by: readonly string[] = ["job"]): Aggregate => ({ kind: "aggregate", operation: "max", by, of });
export const lowest = (of: Expression, by: readonly string[] = ["job"]): Aggregate => ({ kind: "aggregate", operation: "min", by, of });

export const quantile = (shareBelow: number, of: Expression): Quantile => ({ kind: "quantile", share: shareBelow, of });

export const absent = (of: Series): Absent => ({ kind: "absent", of });

export function binary(left: Expression, operation: BinaryOperation, right: Expression | number, on?: readonly string[]): Binary {
  return { kind: "binary", operation, left, right: typeof right === "number" ? scalar(right) : right, ...(on ? { on } : {}) };
}

/** All of them hold; the value is the first one's. */
export const allOf = (first: Expression, ...others: Expression[]): Expression => others.reduce((left, right) => binary(left, "and", right), first);
/** Any of them holds; the value is that of the first that does. */
export const anyOf = (first: Expression, ...others: Expression[]): Expression => others.reduce((left, right) => binary(left, "or", right), first);

/** A share from 0 to 1 that is 0 where nothing happened: never NaN, and there as long as `total` is. */
export function share(part: Expression, total: Expression): Expression {
  const zero = binary(total, "*", 0);
  return binary(binary(binary(part, "or", zero), "/", binary(total, ">", 0)), "or", zero);
}

/** Every series an expression reads. */
export function seriesOf(expression: Expression): Series[] {
  switch (expression.kind) {
    case "scalar":
    case "time":
      return [];
    case "series":
      return [expression];
    case "over_time":
      return [expression.series];
    case "aggregate":
    case "quantile":
    case "absent":
      return seriesOf(expression.of);
    case "binary":
      return [...seriesOf(expression.left), ...seriesOf(expression.right)];
  }
}
