import { Registry, type Metric, type RegistryContentType } from "@prometheus-io/client";
import { createFamily, type Family, type InstrumentOf } from "./instrument.ts";
import { metricCatalogue, type MetricDefinition, type MetricKey } from "./metric-catalogue.ts";
import { readOpenFiles, readOpenFilesLimit, readProcessUsage } from "./process-usage.ts";
import { createRequestDurations, type RequestDurations } from "./request-durations.ts";

export interface MetricsOptions {
  version: string;
  /** Name and version of the runtime, as `srenity_build_info` shows it. */
  runtime: string;
  /** Start of the process, in milliseconds since 1970. */
  startedAtMs: number;
  /** Adds the seven `flask_app_*` names. */
  isLegacy?: boolean;
  /** Routes known in advance, as templates; their series exist from the start. */
  routes?: readonly { method: string; route: string }[];
  /** Store operations known in advance. */
  operations?: readonly string[];
}

export type Families = { readonly [Key in MetricKey]: Family<InstrumentOf[(typeof metricCatalogue)[Key]["type"]]> };

export interface Metrics {
  readonly families: Families;
  readonly requestDurations: RequestDurations;
  /** Called before every scrape, to refresh gauges; a collector that fails or takes over a second is passed over. */
  onCollect(collector: () => void | Promise<void>): void;
  /** Prometheus text 0.0.4, or OpenMetrics 1.0.0 when the Accept header names it. */
  renderMetrics(accept: string | null): Promise<{ contentType: string; text: string }>;
}

/** How long a scrape waits for its collectors, in milliseconds. */
const collectTimeoutMs = 1_000;

/** Makes all instruments of the catalogue; every call makes its own set. */
export function createMetrics(options: MetricsOptions): Metrics {
  const definitions: [string, MetricDefinition][] = Object.entries(metricCatalogue);
  const families = Object.fromEntries(definitions.map(([key, definition]) => [key, createFamily(definition)])) as unknown as Families;
  const requestDurations = createRequestDurations(families.requestDuration);
  for (const { method, route } of options.routes ?? []) requestDurations.declare(method, route);
  for (const operation of options.operations ?? []) families.storeDuration.child(operation);
  families.buildInfo.child(options.version, options.runtime).set(1);
  families.startTime.child().set(Math.round(options.startedAtMs / 1000));

  const exposed = (Object.keys(metricCatalogue) as MetricKey[]).filter((key) => options.isLegacy || !isLegacy(key));
  const plain = createRegistry(exposed, families, Registry.PROMETHEUS_CONTENT_TYPE);
  const open = createRegistry(exposed, families, Registry.OPENMETRICS_CONTENT_TYPE);
  const collectors: (() => void | Promise<void>)[] = [processCollector(families)];
  return {
    families,
    requestDurations,
    onCollect: (collector) => void collectors.push(collector),
    async renderMetrics(accept) {
      await collectAll(collectors);
      const registry = accept?.includes("application/openmetrics-text") ? open : plain;
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** A catalogue as the reference prints it; a label's `values` are null when code gives them (at most 64). */
export function describeMetrics(catalogue: Readonly<Record<string, MetricDefinition>> = metricCatalogue): {
  name: string;
  type: string;
  help: string;
  labels: { name: string; values: readonly string[] | null }[];
  buckets: readonly number[];
  isLegacy: boolean;
}[] {
  return Object.values(catalogue).map((definition) => ({
    name: definition.name,
    type: definition.type,
    help: definition.help,
    labels: Object.entries(definition.labels ?? {}).map(([name, values]) => ({ name, values: values === "open" ? null : values })),
    buckets: definition.buckets ?? [],
    isLegacy: definition.isLegacy ?? false,
  }));
}

function isLegacy(key: MetricKey): boolean {
  return (metricCatalogue[key] as MetricDefinition).isLegacy ?? false;
}

/**
 * A registry of the client library over our instruments. One for each format, because the library renames
 * the counters of a registry for good when it writes OpenMetrics.
 */
function createRegistry(keys: MetricKey[], families: Families, contentType: RegistryContentType): Registry {
  const registry = new Registry(contentType);
  const isOpenMetrics = contentType === Registry.OPENMETRICS_CONTENT_TYPE;
  for (const key of keys) {
    const { name, type, help } = metricCatalogue[key];
    const shownName = isOpenMetrics && type === "counter" ? name.replace(/_total$/, "") : name;
    const source = { name: shownName, type, help, get: () => ({ name: shownName, type, help, values: families[key].samples() }) };
    registry.registerMetric(source as unknown as Metric);
  }
  return registry;
}

/** Waits for all collectors, the slow ones no longer than the timeout: a scrape with an old gauge beats none. */
async function collectAll(collectors: (() => void | Promise<void>)[]): Promise<void> {
  const all = Promise.allSettled(collectors.map(async (collector) => collector()));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, collectTimeoutMs);
  });
  await Promise.race([all, timeout]);
  clearTimeout(timer);
}

function processCollector(families: Families): () => Promise<void> {
  const limit = readOpenFilesLimit();
  if (limit !== null) families.openFilesLimit.child().set(limit);
  return async () => {
    const usage = readProcessUsage();
    families.cpuUser.child().value = usage.cpuUserS;
    families.cpuSystem.child().value = usage.cpuSystemS;
    families.cpu.child().value = usage.cpuUserS + usage.cpuSystemS;
    families.residentMemory.child().set(usage.residentBytes);
    families.openFiles.child().value = await readOpenFiles();
  };
}
