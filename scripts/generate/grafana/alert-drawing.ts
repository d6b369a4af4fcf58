import type { AlertDefinition, Severity } from "../../../src/alerting/alert-definition.ts";
import { type Binary, comparisons, type Expression, type Series } from "../../../src/alerting/expression.ts";
import { toPromQl } from "../../../src/alerting/promql.ts";
import { allAlerts } from "../../../src/alerting/rules.ts";
import type { PanelQuery } from "./board-definition.ts";

/** How a panel shows an alert. */
export interface AlertDrawing {
  /** What the alert compares with its limit, for the chosen jobs and instances. */
  readonly signals: readonly PanelQuery[];
  /** Whether the bad values lie above the limit. */
  readonly isBadAbove: boolean;
}

/** Spells an alert's own signal, so that the line of its limit is crossed exactly when its condition holds. */
export function alertDrawing(alert: AlertDefinition): AlertDrawing {
  const atLimit = comparisonsOf(alert.condition).filter(({ right }) => right.kind === "scalar" && right.value === alert.limit.value);
  const [first] = atLimit;
  if (!first) throw new RangeError(`${alert.name} compares nothing with its limit of ${alert.limit.value}`);
  const alike = atLimit.filter(({ operation }) => operation === first.operation);
  const signals = alike.map(({ left }) => ({ expression: toPromQl(ofTheChosen(left)), legend: legendOf(alert, left) }));
  // A heartbeat is well while its condition holds.
  const isBadAbove = first.operation.startsWith(">") === (alert.severity !== "heartbeat");
  return { signals, isBadAbove };
}

/** An alert by its name, and by its severity where a page and a ticket share the name. @throws RangeError unless it is exactly one */
export function findAlert(name: string, severity?: Severity): AlertDefinition {
  const found = allAlerts().filter((alert) => alert.name === name && (severity === undefined || alert.severity === severity));
  const [alert] = found;
  if (!alert || found.length > 1) throw new RangeError(`${found.length} alerts are named ${name}${severity ? ` and are a ${severity}` : ""}`);
  return alert;
}

function comparisonsOf(expression: Expression): Binary[] {
  if (expression.kind !== "binary") return [];
  if (comparisons.has(expression.operation)) return [expression];
  const isJunction = expression.operation === "and" || expression.operation === "or";
  return isJunction ? [...comparisonsOf(expression.left), ...comparisonsOf(expression.right)] : [];
}

/** The expression over the jobs and instances chosen on the board; recorded series have no instance. */
function ofTheChosen(expression: Expression): Expression {
  switch (expression.kind) {
    case "scalar":
    case "time":
      return expression;
    case "series":
      return seriesOfTheChosen(expression);
    case "over_time":
      return { ...expression, series: seriesOfTheChosen(expression.series) };
    case "aggregate":
    case "quantile":
      return { ...expression, of: ofTheChosen(expression.of) };
    case "absent":
      return { ...expression, of: seriesOfTheChosen(expression.of) };
    case "binary":
      return { ...expression, left: ofTheChosen(expression.left), right: ofTheChosen(expression.right) };
  }
}

function seriesOfTheChosen(series: Series): Series {
  const labels = series.metric.includes(":") ? ["job"] : ["job", "instance"];
  const chosen = labels.map((label) => ({ label, operator: "=~" as const, value: `$${label}` }));
  return { ...series, matchers: [...series.matchers, ...chosen] };
}

/** The labels that tell the samples of a signal apart, and the window of a recorded one. */
function legendOf({ name }: AlertDefinition, signal: Expression): string {
  const { labels, window } = tellingApart(signal);
  return [name, ...(window ? [`over ${window}`] : []), ...labels.map((label) => `{{${label}}}`)].join(" ");
}

function tellingApart(signal: Expression): { labels: readonly string[]; window?: string } {
  switch (signal.kind) {
    case "aggregate":
      return { labels: signal.by.filter((label) => label !== "le") };
    case "binary":
      return tellingApart(signal.left);
    case "quantile":
      return tellingApart(signal.of);
    case "series": {
      const window = /ratio(?:_rate)?(\d+[mhd])$/.exec(signal.metric)?.[1];
      return { labels: ["job"], ...(window ? { window } : {}) };
    }
    default:
      return { labels: ["job"] };
  }
}
