import { fillVariables } from "./fill-variables.ts";
import type { KnownMetric } from "./known-metrics.ts";
import { type LabelMatcher, type PromQlReading, readPromQl, type Selector } from "./read-promql.ts";

export interface QueryFacts {
  readonly metrics: ReadonlyMap<string, KnownMetric>;
  /** Signals of alerts: they keep the windows of their definitions. */
  readonly signals: ReadonlySet<string>;
}

/** Stands for `$__rate_interval` and `$__range`, which are no PromQL, and is no range that anyone would write. */
const rateInterval = "61s";
const wholeRange = "3601s";
/** Labels that a scrape or Grafana's transformation adds to every series. */
const everywhere = new Set(["job", "instance"]);
const growth = new Set(["rate", "increase", "irate"]);

/** Everything wrong with one query of a panel, one sentence each. */
export function findQueryFaults(expression: string, { metrics, signals }: QueryFacts): string[] {
  const reading = readPromQl(fillVariables(expression, { job: "$job", instance: "$instance", rateInterval, range: wholeRange }));
  if (reading.faults.length > 0) return reading.faults.map((fault) => `is no PromQL ${fault}`);
  if (reading.selectors.length === 0) return ["reads no series"];
  return [
    ...reading.selectors.flatMap((selector) => selectorFaults(selector, metrics)),
    ...(signals.has(expression) ? [] : reading.selectors.flatMap(rangeFaults)),
    ...labelFaults(reading, metrics),
  ];
}

function selectorFaults({ metric, matchers, inFunction }: Selector, metrics: QueryFacts["metrics"]): string[] {
  const known = metrics.get(metric);
  if (!known) return [`reads ${metric}, which does not exist`];
  const isGrowth = inFunction !== null && growth.has(inFunction);
  return [
    ...(known.isCounter && !isGrowth ? [`reads the counter ${metric} without rate or increase`] : []),
    ...(!known.isCounter && isGrowth ? [`takes the ${inFunction} of ${metric}, which is no counter`] : []),
    ...matchers.flatMap((matcher) => matcherFaults(metric, matcher, known)),
    ...choiceFaults(metric, matchers),
  ];
}

function matcherFaults(metric: string, { label, operator, value }: LabelMatcher, { labels }: KnownMetric): string[] {
  if (everywhere.has(label)) return [];
  const values = labels[label];
  if (values === undefined) return [`asks ${metric} for the label ${label}, which it does not have`];
  if (values === "open") return [];
  const wanted = operator.endsWith("~") ? value.split("|") : [value];
  return wanted.filter((each) => !values.includes(each)).map((each) => `asks ${metric} for ${label}="${each}", which never occurs`);
}

/** Alerts are shown for everything; recorded series have lost their instance. */
function choiceFaults(metric: string, matchers: readonly LabelMatcher[]): string[] {
  if (metric === "ALERTS") return [];
  const wanted = metric.includes(":") ? ["job"] : ["job", "instance"];
  const isChosen = (label: string): boolean => matchers.some((each) => each.label === label && each.operator === "=~" && each.value === `$${label}`);
  return wanted.filter((label) => !isChosen(label)).map((label) => `reads ${metric} whatever ${label} is chosen`);
}

function rangeFaults({ metric, range, inFunction }: Selector): string[] {
  if (range === null || range === rateInterval) return [];
  if (range === wholeRange && inFunction === "changes") return [];
  return [`reads ${metric} over ${range === wholeRange ? "$__range" : range} instead of $__rate_interval`];
}

/** Labels kept or matched on, which one of the metrics must have. */
function labelFaults({ labels, functions, selectors }: PromQlReading, metrics: QueryFacts["metrics"]): string[] {
  const owned = new Set(selectors.flatMap(({ metric }) => Object.keys(metrics.get(metric)?.labels ?? {})));
  const unknown = labels.filter((label) => !everywhere.has(label) && !owned.has(label));
  const isWithoutLe = functions.includes("histogram_quantile") && !labels.includes("le");
  return [
    ...unknown.map((label) => `keeps the label ${label}, which none of its metrics has`),
    ...(isWithoutLe ? ["takes a quantile without keeping le"] : []),
  ];
}
