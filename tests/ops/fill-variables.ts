/** What Grafana puts in place of a board's variables. */
export interface VariableValues {
  /** Pattern of the chosen jobs and instances. */
  readonly job: string;
  readonly instance: string;
  /** Range that a rate spans, and the range shown, as PromQL durations. */
  readonly rateInterval: string;
  readonly range: string;
}

/** Replaces a board's variables as Grafana does before it asks Prometheus. */
export function fillVariables(expression: string, { job, instance, rateInterval, range }: VariableValues): string {
  const values: Record<string, string> = { job, instance, __rate_interval: rateInterval, __range: range };
  return expression.replaceAll(/\$(\w*[A-Za-z_]\w*)/g, (whole, name: string) => values[name] ?? whole);
}
