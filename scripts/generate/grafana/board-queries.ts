import { probeRoutes } from "../../../src/alerting/objectives.ts";

/** The series of a metric for the chosen jobs and instances; `where` holds further matchers. */
export function chosen(metric: string, where = ""): string {
  return `${metric}{job=~"$job", instance=~"$instance"${where === "" ? "" : `, ${where}`}}`;
}

/** Growth a second, over a range that fits the width of the panel and spans at least four scrapes. */
export const rateOf = (metric: string, where = ""): string => `rate(${chosen(metric, where)}[$__rate_interval])`;

export const sumBy = (labels: string, expression: string): string => `sum by (${labels}) (${expression})`;

/** A quantile of a histogram, for each value of `labels`. */
export function quantileOf(quantile: number, histogram: string, labels = "job", where = ""): string {
  return `histogram_quantile(${quantile}, ${sumBy(`${labels}, le`, rateOf(`${histogram}_bucket`, where))})`;
}

/** Requests of users: all but those that ask how the service is. */
export const ofUsers = `route!~"${probeRoutes.join("|")}"`;
