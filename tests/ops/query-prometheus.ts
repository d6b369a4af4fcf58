/** Longest wait for an answer of Prometheus, in milliseconds. */
const answerTimeoutMs = 5_000;

export interface ResultSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Values in order of time; NaN where Prometheus says so. */
  readonly values: readonly number[];
}

/** The span of a query, in seconds since 1970, and the time between two of its points. */
export interface QuerySpan {
  readonly fromS: number;
  readonly toS: number;
  readonly stepS: number;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: unknown;
}

async function ask(address: string, path: string, fields: Record<string, string>): Promise<unknown> {
  const url = `${address}/api/v1/${path}?${new URLSearchParams(fields).toString()}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
  const { status, error, data } = (await response.json()) as Answer;
  if (status !== "success") throw new Error(`Prometheus refuses ${path} ${JSON.stringify(fields)}: ${error}`);
  return data;
}

/** Evaluates a query at every step of a span. @throws Error when Prometheus refuses it */
export async function queryRange(address: string, query: string, { fromS, toS, stepS }: QuerySpan): Promise<ResultSeries[]> {
  const answer = await ask(address, "query_range", { query, start: String(fromS), end: String(toS), step: String(stepS) });
  const { result } = answer as { result: { metric: Record<string, string>; values: [number, string][] }[] };
  return result.map(({ metric, values }) => ({ labels: metric, values: values.map(([, value]) => Number(value)) }));
}

/** Evaluates a query at one moment, in seconds since 1970. @throws Error when Prometheus refuses it */
export async function queryAt(address: string, query: string, atS: number): Promise<ResultSeries[]> {
  const answer = await ask(address, "query", { query, time: String(atS) });
  const { result } = answer as { result: { metric: Record<string, string>; value: [number, string] }[] };
  return result.map(({ metric, value: [, value] }) => ({ labels: metric, values: [Number(value)] }));
}

/** Values that a label of a metric has; every name of a metric for `__name__`. */
export async function labelValues(address: string, label: string, metric?: string): Promise<string[]> {
  return (await ask(address, `label/${label}/values`, metric ? { "match[]": metric } : {})) as string[];
}
