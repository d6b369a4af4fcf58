import {
  type Absent,
  type Aggregate,
  type Binary,
  type BinaryOperation,
  type Expression,
  type OverTime,
  type Quantile,
  type Series,
  seriesOf,
} from "../../alerting/expression.ts";
import type { TimeScale } from "../../alerting/time-scale.ts";
import { overTimeOf } from "./over-time.ts";
import { type Bucket, quantileOf } from "./quantile-of.ts";
import type { Labels, SeriesSource } from "./series-source.ts";

/** One value with its labels. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Evaluation {
  readonly source: SeriesSource;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly scale: TimeScale;
  /** Answers within one evaluation, by the expression itself: a rule names the same part several times. */
  readonly known?: Map<Expression, number | Sample[]>;
  /** Answers for all rules of one moment, by what is computed; of settled metrics only. */
  readonly shared?: Map<string, Sample[]>;
}

/** How long the latest sample of a series counts, in milliseconds (Prometheus' lookback). */
export const lookbackMs = 300_000;

/** Computes an expression as Prometheus 2 would: one sample for each series of the answer. @throws RangeError where a match is ambiguous */
export function evaluate(expression: Expression, evaluation: Evaluation): Sample[] {
  return samplesOf(valueOf(expression, { ...evaluation, known: new Map() }));
}

function valueOf(expression: Expression, evaluation: Evaluation): number | Sample[] {
  const known = evaluation.known?.get(expression);
  if (known !== undefined) return known;
  const value = compute(expression, evaluation);
  evaluation.known?.set(expression, value);
  return value;
}

function compute(expression: Expression, evaluation: Evaluation): number | Sample[] {
  switch (expression.kind) {
    case "scalar":
      return expression.value;
    case "time":
      return evaluation.nowMs / 1000;
    case "series":
      return latest(expression, evaluation);
    case "over_time":
      return overWindow(expression, evaluation);
    case "aggregate":
      return sharedAggregate(expression, evaluation);
    case "quantile":
      return quantiles(expression, evaluation);
    case "absent":
      return absence(expression, evaluation);
    case "binary":
      return combine(expression, evaluation);
  }
}

function latest({ metric, matchers, offsetS }: Series, { source, nowMs, scale }: Evaluation): Sample[] {
  const toMs = nowMs - scale.spanS(offsetS) * 1000;
  const found: Sample[] = [];
  for (const { labels, values, end } of source.find(metric, matchers, { fromMs: toMs - lookbackMs + 1, toMs })) {
    const value = values[end - 1] as number;
    if (!Number.isNaN(value)) found.push({ labels, value });
  }
  return found;
}

function overWindow({ function: name, series, windowS, aheadS = 0 }: OverTime, { source, nowMs, scale }: Evaluation): Sample[] {
  const toMs = nowMs - scale.spanS(series.offsetS) * 1000;
  const fromMs = toMs - scale.windowS(windowS) * 1000;
  const ahead = { aheadS: scale.spanS(aheadS), nowMs };
  const found: Sample[] = [];
  for (const samples of source.find(series.metric, series.matchers, { fromMs, toMs })) {
    const value = overTimeOf(name, { samples, fromMs, toMs }, ahead);
    if (value !== null) found.push({ labels: unnamed(samples.labels), value });
  }
  return found;
}

const texts = new WeakMap<Expression, string>();

/** Several rules and charts sum up the same series: what they have in common is computed once. */
function sharedAggregate(expression: Aggregate, evaluation: Evaluation): Sample[] {
  const { shared, source } = evaluation;
  if (!shared || !seriesOf(expression).every(({ metric }) => source.isSettled?.(metric))) return aggregate(expression, evaluation);
  const text = texts.get(expression) ?? JSON.stringify(expression);
  texts.set(expression, text);
  const known = shared.get(text);
  const samples = known ?? aggregate(expression, evaluation);
  if (!known) shared.set(text, samples);
  return samples;
}

function aggregate({ operation, by, of }: Aggregate, evaluation: Evaluation): Sample[] {
  const groups = new Map<string, { labels: Labels; value: number }>();
  for (const { labels, value } of samplesOf(valueOf(of, evaluation))) {
    let key = "";
    for (const name of by) key += `${labels[name] ?? ""}\u0001`;
    const known = groups.get(key);
    if (known) known.value = operation === "sum" ? known.value + value : operation === "min" ? Math.min(known.value, value) : Math.max(known.value, value);
    else groups.set(key, { labels: keep(labels, by), value });
  }
  return [...groups.values()];
}

function quantiles({ share, of }: Quantile, evaluation: Evaluation): Sample[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of samplesOf(valueOf(of, evaluation))) {
    const { le, __name__: _name, ...kept } = labels;
    const key = signature(kept);
    const known = histograms.get(key) ?? { labels: kept, buckets: [] };
    known.buckets.push({ limit: le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le), count: value });
    histograms.set(key, known);
  }
  return [...histograms.values()].flatMap(({ labels, buckets }) => {
    const value = quantileOf(share, buckets);
    return value === null ? [] : [{ labels, value }];
  });
}

/** One sample of 1, with the labels that the matchers fix, where the series is not there. */
function absence({ of }: Absent, evaluation: Evaluation): Sample[] {
  if (latest(of, evaluation).length > 0) return [];
  return [{ labels: Object.fromEntries(of.matchers.filter(({ operator }) => operator === "=").map(({ label, value }) => [label, value])), value: 1 }];
}

function combine(expression: Binary, evaluation: Evaluation): number | Sample[] {
  const { operation, left, right, on } = expression;
  const first = valueOf(left, evaluation);
  const second = valueOf(right, evaluation);
  if (operation === "and" || operation === "or") return unite(operation, samplesOf(first), samplesOf(second), on);
  if (typeof first === "number" && typeof second === "number") return calculate(operation, first, second) ?? Number.NaN;
  if (typeof second === "number") return samplesOf(first).flatMap((sample) => results(operation, sample, second));
  if (typeof first === "number") throw new RangeError("a number stands to the right of its series");
  return match(expression, first, second);
}

/** One sample on each side for the same labels, as Prometheus demands unless it is told otherwise. */
function match({ operation, on }: Binary, first: Sample[], second: Sample[]): Sample[] {
  const partners = new Map<string, number>();
  for (const { labels, value } of second) {
    const key = matchKey(labels, on);
    if (partners.has(key)) throw new RangeError(`several samples match on the right of ${operation}`);
    partners.set(key, value);
  }
  const matched = new Set<string>();
  return first.flatMap((sample) => {
    const key = matchKey(sample.labels, on);
    const partner = partners.get(key);
    const answer = partner === undefined ? [] : results(operation, sample, partner, on);
    if (answer.length > 0 && matched.has(key)) throw new RangeError(`several samples match on the left of ${operation}`);
    if (answer.length > 0) matched.add(key);
    return answer;
  });
}

function samplesOf(value: number | Sample[]): Sample[] {
  return typeof value === "number" ? [{ labels: {}, value }] : value;
}

function unite(operation: "and" | "or", first: Sample[], second: Sample[], on: readonly string[] | undefined): Sample[] {
  const keysOf = (samples: Sample[]): Set<string> => new Set(samples.map(({ labels }) => matchKey(labels, on)));
  if (operation === "and") {
    const keys = keysOf(second);
    return first.filter(({ labels }) => keys.has(matchKey(labels, on)));
  }
  const keys = keysOf(first);
  return [...first, ...second.filter(({ labels }) => !keys.has(matchKey(labels, on)))];
}

/** A comparison keeps the sample as it is, or drops it; arithmetic makes a new one without a name. */
function results(operation: BinaryOperation, { labels, value }: Sample, other: number, on?: readonly string[]): Sample[] {
  const result = calculate(operation, value, other);
  if (result === null) return [];
  const kept = on ? keep(labels, on) : labels;
  return isComparison(operation) ? [{ labels: kept, value }] : [{ labels: unnamed(kept), value: result }];
}

function isComparison(operation: BinaryOperation): boolean {
  return [">", ">=", "<", "<=", "=="].includes(operation);
}

function calculate(operation: BinaryOperation, left: number, right: number): number | null {
  switch (operation) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case ">":
      return left > right ? left : null;
    case ">=":
      return left >= right ? left : null;
    case "<":
      return left < right ? left : null;
    case "<=":
      return left <= right ? left : null;
    case "==":
      return left === right ? left : null;
    case "and":
    case "or":
      return null;
  }
}

const unnamedOf = new WeakMap<Labels, Labels>();

/** Labels without the name: made once for labels that stay, as those of a source's series do. */
function unnamed(labels: Labels): Labels {
  if (labels["__name__"] === undefined) return labels;
  const known = unnamedOf.get(labels);
  if (known) return known;
  const { __name__: _name, ...others } = labels;
  unnamedOf.set(labels, others);
  return others;
}

function keep(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}

/** What two samples have to agree in: every label but the name, or those of `on`. */
function matchKey(labels: Labels, on: readonly string[] | undefined): string {
  return signature(on ? keep(labels, on) : unnamed(labels));
}

/** Labels as a text that is equal for equal labels. */
export function signature(labels: Labels): string {
  return Object.keys(labels)
    .toSorted()
    .map((name) => `${name}\u0000${labels[name]}`)
    .join("\u0001");
}
