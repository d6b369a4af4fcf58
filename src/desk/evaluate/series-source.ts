import type { Matcher } from "../../alerting/expression.ts";

/** Label names and values, the metric's name under `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Samples of one series in order of time: the rows from `first` on and before `end`, where they lie in memory, as cutting them out
 * would cost more than reading them. A value of NaN says that the series ended there. Good until the source changes.
 */
export interface SeriesSamples {
  readonly labels: Labels;
  readonly first: number;
  readonly end: number;
  /** Milliseconds since 1970. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** Where some values are means: of how many samples each is, and the lowest and highest of them. */
  readonly buckets?: { readonly counts: Float64Array; readonly lows: Float64Array; readonly highs: Float64Array };
}

/** Where the evaluator finds series. */
export interface SeriesSource {
  /** Samples from `fromMs` to `toMs`, both included, of every series that matches and has one. */
  find(metric: string, matchers: readonly Matcher[], span: { fromMs: number; toMs: number }): SeriesSamples[];
  /** Whether rules that are evaluated together cannot change a metric, so that what one of them computes from it holds for the others. */
  isSettled?(metric: string): boolean;
}

export function matches(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ label, operator, value }) => {
    const own = labels[label] ?? "";
    switch (operator) {
      case "=":
        return own === value;
      case "!=":
        return own !== value;
      case "=~":
        return anchored(value).test(own);
      case "!~":
        return !anchored(value).test(own);
    }
  });
}

const patterns = new Map<string, RegExp>();
/** Patterns come from the rules, which are few; the limit keeps a mistake from growing the cache. */
const patternsMost = 1_000;

/** A pattern as Prometheus reads it: it has to match the whole value. */
function anchored(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  if (patterns.size >= patternsMost) patterns.clear();
  const made = new RegExp(`^(?:${pattern})$`, "s");
  patterns.set(pattern, made);
  return made;
}
