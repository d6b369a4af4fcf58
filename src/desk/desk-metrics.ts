import { type Metric, Registry } from "@prometheus-io/client";
import { createFamily, type Family, type InstrumentOf } from "../telemetry/instrument.ts";
import type { MetricDefinition } from "../telemetry/metric-catalogue.ts";
import { readOpenFiles, readProcessUsage } from "../telemetry/process-usage.ts";
import { deskMetricCatalogue, type DeskMetricKey } from "./desk-metric-catalogue.ts";

export type DeskFamilies = { readonly [Key in DeskMetricKey]: Family<InstrumentOf[(typeof deskMetricCatalogue)[Key]["type"]]> };

export interface DeskMetrics {
  readonly families: DeskFamilies;
  /** Called before every scrape, to refresh gauges; it does not throw. */
  onCollect(collector: () => void): void;
  /** Prometheus text 0.0.4. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface DeskMetricsOptions {
  readonly version: string;
  readonly runtime: string;
  /** Start of the process, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** Makes all instruments of the desk's catalogue. */
export function createDeskMetrics({ version, runtime, startedAtMs }: DeskMetricsOptions): DeskMetrics {
  const definitions: [string, MetricDefinition][] = Object.entries(deskMetricCatalogue);
  const families = Object.fromEntries(definitions.map(([key, definition]) => [key, createFamily(definition)])) as unknown as DeskFamilies;
  families.buildInfo.child(version, runtime).set(1);
  families.startTime.child().set(Math.round(startedAtMs / 1_000));
  const registry = new Registry(Registry.PROMETHEUS_CONTENT_TYPE);
  for (const key of Object.keys(deskMetricCatalogue) as DeskMetricKey[]) {
    const { name, type, help } = deskMetricCatalogue[key];
    const source = { name, type, help, get: () => ({ name, type, help, values: families[key].samples() }) };
    registry.registerMetric(source as unknown as Metric);
  }
  const collectors: (() => void)[] = [];
  return {
    families,
    onCollect: (collector) => void collectors.push(collector),
    render: async () => {
      for (const collect of collectors) collect();
      const usage = readProcessUsage();
      families.cpu.child().value = usage.cpuUserS + usage.cpuSystemS;
      families.residentMemory.child().set(usage.residentBytes);
      families.openFiles.child().value = await readOpenFiles();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
