import type { SeriesView } from "../../src/desk/views.ts";
import type { StoredChart } from "../../src/desk/incidents/capture-evidence.ts";

/** A wave without a random generator, so that pictures can be compared. */
const wave = (index: number, seed: number): number =>
  (Math.sin(index / 7 + seed) + Math.sin(index / 3.1 + seed * 2) + Math.sin(index * 1.7 + seed * 5)) / 6 + 0.5;

interface Shape {
  readonly labels: readonly Readonly<Record<string, string>>[];
  /** Value at a share of the span, by number of the series. */
  value(index: number, series: number, isBad: boolean): number;
}

const one = [{ job: "link-service" }];
const instances = ["links-1", "links-2", "links-3"].map((instance) => ({ job: "link-service", instance }));
const routes = ["/:code", "/urls", "/urls/:code", "/users", "/urls/:code/stats", "/events"].map((route) => ({ job: "link-service", route }));
const trafficOf = [320, 41, 23, 9, 4, 2];

const shapes: Readonly<Record<string, Shape>> = {
  "latency_p50:seconds": { labels: one, value: (at) => 0.0009 + 0.0004 * wave(at, 1) },
  "latency_p95:seconds": { labels: one, value: (at, _, isBad) => (isBad ? 0.021 : 0.002) + 0.001 * wave(at, 2) },
  "latency_p99:seconds": { labels: one, value: (at, _, isBad) => (isBad ? 0.034 : 0.0038) + 0.003 * wave(at, 3) },
  "traffic:per_second": { labels: routes, value: (at, series) => (trafficOf[series] ?? 1) * (0.8 + 0.4 * wave(at, series)) },
  "errors_5xx:share": { labels: one, value: (at, _, isBad) => (isBad ? 0.018 + 0.006 * wave(at, 4) : 0) },
  "errors_4xx:share": { labels: one, value: (at) => 0.004 + 0.003 * wave(at, 5) },
  "cpu:cores": { labels: instances, value: (at, series) => 0.1 + 0.05 * series + 0.06 * wave(at, series) },
  "memory:bytes": { labels: instances, value: (at, series) => 61e6 + 4e6 * series + 2e6 * wave(at / 20, series) },
  "event_loop_lag_max:seconds": { labels: instances, value: (at, series) => 0.002 + 0.004 * wave(at, series + 2) },
};

export interface SeriesQuery {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** From here on it is bad; null while all is well. */
  readonly badFromMs: number | null;
  /** Nothing was measured from here on. */
  readonly endMs: number;
  readonly marks: SeriesView["marks"];
}

/** A signal as the desk would answer it, with a gap of two minutes in the middle of the last hour. */
export function deskSeries({ name, fromMs, toMs, points, badFromMs, endMs, marks }: SeriesQuery): SeriesView {
  const shape = shapes[name.replace("signal:", "")] ?? { labels: one, value: () => 1 };
  const stepMs = Math.max(5_000, Math.ceil((toMs - fromMs) / points / 5_000) * 5_000);
  const first = Math.ceil(fromMs / stepMs);
  const timesMs = Array.from({ length: Math.floor(toMs / stepMs) - first + 1 }, (_, index) => (first + index) * stepMs);
  const valueAt = (atMs: number, series: number): number | null => {
    const isGap = atMs > endMs - 2_520_000 && atMs < endMs - 2_400_000;
    return isGap || atMs > endMs ? null : shape.value(atMs / 60_000, series, badFromMs !== null && atMs >= badFromMs);
  };
  return {
    timesMs,
    stepMs,
    series: shape.labels.map((labels, series) => ({ labels, values: timesMs.map((atMs) => valueAt(atMs, series)) })),
    marks: marks.filter((mark) => mark.fromMs <= toMs && (mark.toMs ?? toMs) >= fromMs),
  };
}

/** Charts as the evidence of an incident keeps them. */
export function storedCharts(openedAtMs: number, badFromMs: number): StoredChart[] {
  const stored = (chart: Pick<StoredChart, "name" | "title" | "unit">, lines: Readonly<Record<string, string>>): StoredChart => {
    const span = { fromMs: badFromMs - 3_600_000, toMs: openedAtMs, points: 240, badFromMs, endMs: openedAtMs, marks: [] };
    const views = Object.values(lines).map((name) => deskSeries({ name, ...span }));
    return {
      ...chart,
      timesMs: views[0]?.timesMs ?? [],
      series: Object.keys(lines).map((label, index) => ({ label, values: views[index]?.series[0]?.values ?? [] })),
    };
  };
  return [
    stored({ name: "signal:errors_5xx:share", title: "Failed requests", unit: "share" }, { "link-service": "errors_5xx:share" }),
    stored({ name: "signal:traffic:per_second", title: "Traffic by route", unit: "requests/s" }, { "/:code": "traffic:per_second" }),
    stored({ name: "signal:latency_p99:seconds", title: "Latency, p99", unit: "s" }, { "link-service": "latency_p99:seconds" }),
    stored({ name: "signal:cpu:cores", title: "Processor", unit: "cores" }, { "links-1": "cpu:cores" }),
    stored({ name: "signal:memory:bytes", title: "Memory", unit: "bytes" }, { "links-1": "memory:bytes" }),
  ];
}
