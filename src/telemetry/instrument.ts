import { Exemplars } from "./exemplars.ts";
import type { MetricDefinition } from "./metric-catalogue.ts";

/** Most values an open label takes; later ones count as `otherLabelValue`, so that no client grows the series. */
export const openLabelLimit = 64;
export const otherLabelValue = "other";

/** A count that only grows. `value` may be set where the system itself keeps the total. */
export class Counter {
  value = 0;

  add(count = 1): void {
    if (count > 0) this.value += count;
  }
}

/** A value that goes up and down; `null` exposes no sample. */
export class Gauge {
  value: number | null;

  constructor(value: number | null) {
    this.value = value;
  }

  set(value: number): void {
    this.value = value;
  }

  add(change: number): void {
    this.value = (this.value ?? 0) + change;
  }
}

/** Counts values by their size. */
export class Histogram {
  readonly limits: readonly number[];
  readonly counts: Float64Array;
  /** Null for a histogram that shows none. */
  readonly exemplars: Exemplars | null;
  sum = 0;

  constructor(limits: readonly number[], hasExemplars = false) {
    this.limits = limits;
    this.counts = new Float64Array(limits.length + 1);
    this.exemplars = hasExemplars ? new Exemplars(limits.length + 1) : null;
  }

  /** Counts a value and returns its bucket. One that is negative or not a number (a clock at fault) counts as 0. */
  observe(value: number): number {
    const seen = value > 0 ? value : 0;
    const limits = this.limits;
    let slot = 0;
    while (seen > (limits[slot] ?? Number.POSITIVE_INFINITY)) slot++;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    this.sum += seen;
    return slot;
  }
}

export interface InstrumentOf {
  counter: Counter;
  gauge: Gauge;
  histogram: Histogram;
}

type Instrument = InstrumentOf[keyof InstrumentOf];

/** One sample as the registry of `@prometheus-io/client` writes it. */
interface Sample {
  metricName?: string;
  labels: Record<string, string | number>;
  sharedLabels?: Record<string, string>;
  value: number;
  /** Written in OpenMetrics only. */
  exemplar?: { labelSet: Record<string, string>; value: number; timestamp: number };
}

/** The instruments of one metric, one for each combination of label values. */
export interface Family<Child extends Instrument = Instrument> {
  /** The instrument for these label values, in the order of the labels; look it up once and keep it. */
  child(...values: string[]): Child;
  samples(): Sample[];
}

/**
 * Makes the instruments of one metric, those of labels known in advance at once.
 * They are plain cells read at scrape time: an observation is 0.01 µs and allocates nothing, where a bound child
 * of the client library costs up to 0.36 µs and an object.
 */
export function createFamily<Type extends keyof InstrumentOf>(definition: MetricDefinition & { readonly type: Type }): Family<InstrumentOf[Type]> {
  const labels: Label[] = Object.entries(definition.labels ?? {}).map(([name, values]) => ({ name, values, seen: new Set() }));
  const children = new Map<string, { labels: Record<string, string>; instrument: Instrument }>();

  const child = (...values: string[]): Instrument => {
    if (values.length !== labels.length) throw new RangeError(`${definition.name} takes ${labels.length} label values`);
    const pairs = labels.map((label, position): [string, string] => [label.name, admit(label, values[position] ?? "")]);
    const key = pairs.map(([, value]) => value).join("\u0000");
    const known = children.get(key);
    if (known) return known.instrument;
    const instrument = createInstrument(definition);
    children.set(key, { labels: Object.fromEntries(pairs), instrument });
    return instrument;
  };

  for (const values of knownCombinations(labels)) child(...values);
  return {
    child: child as (...values: string[]) => InstrumentOf[Type],
    samples: () => [...children.values()].flatMap((each) => samplesOf(definition.name, each.labels, each.instrument)),
  };
}

interface Label {
  name: string;
  values: readonly string[] | "open";
  /** Values an open label has taken. */
  seen: Set<string>;
}

function admit({ name, values, seen }: Label, value: string): string {
  if (values === "open") {
    if (seen.size >= openLabelLimit && !seen.has(value)) return otherLabelValue;
    seen.add(value);
    return value;
  }
  if (!values.includes(value)) throw new RangeError(`the label ${name} has no value ${value}`);
  return value;
}

/** Every combination of label values, or none where a label is open. */
function knownCombinations(labels: readonly Label[]): string[][] {
  let combinations: string[][] = [[]];
  for (const { values } of labels) combinations = values === "open" ? [] : combinations.flatMap((before) => values.map((value) => [...before, value]));
  return combinations;
}

function createInstrument(definition: MetricDefinition): Instrument {
  if (definition.type === "counter") return new Counter();
  if (definition.type === "gauge") return new Gauge(definition.startsAbsent ? null : 0);
  return new Histogram(definition.buckets ?? [], definition.hasExemplars);
}

function samplesOf(name: string, labels: Record<string, string>, instrument: Instrument): Sample[] {
  if (!(instrument instanceof Histogram)) return instrument.value === null ? [] : [{ labels, value: instrument.value }];
  const samples: Sample[] = [];
  let count = 0;
  for (const [slot, limit] of [...instrument.limits, "+Inf"].entries()) {
    count += instrument.counts[slot] ?? 0;
    const sample: Sample = { metricName: `${name}_bucket`, labels: { le: limit }, sharedLabels: labels, value: count };
    const exemplar = instrument.exemplars?.of(slot);
    if (exemplar) sample.exemplar = { labelSet: { trace_id: exemplar.traceId }, value: exemplar.value, timestamp: exemplar.atS };
    samples.push(sample);
  }
  samples.push({ metricName: `${name}_sum`, labels: {}, sharedLabels: labels, value: instrument.sum });
  samples.push({ metricName: `${name}_count`, labels: {}, sharedLabels: labels, value: count });
  return samples;
}
