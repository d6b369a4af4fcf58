import { send } from "../harness/send.ts";

/** The metrics page of a service, as a scrape reads it. */
export interface Exposition {
  readonly text: string;
  /** Value of every series, by its name and labels as written. */
  readonly values: ReadonlyMap<string, number>;
  /** The series of counters and histograms, whose start at 0 matters. */
  readonly counted: readonly string[];
}

/** Scrapes a service. @throws Error for a line that is no sample */
export async function readExposition(address: string): Promise<Exposition> {
  const { text } = await send(`${address}/prom_metrics`, "GET");
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
  const values = new Map<string, number>();
  for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (series === undefined) throw new Error(`no sample: ${line}`);
    values.set(series, Number(value));
  }
  const isCounted = (series: string): boolean => {
    const name = series.replace(/\{.*/, "");
    return types.get(name) === "counter" || types.get(name.replace(/_(bucket|sum|count)$/, "")) === "histogram";
  };
  return { text, values, counted: [...values.keys()].filter(isCounted) };
}
