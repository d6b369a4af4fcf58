import type { Config } from "../config.ts";
import { createEventLoopSampler } from "./event-loop.ts";
import { createLog, type Log } from "./log.ts";
import type { OpenSpanExporter } from "./load-span-exporter.ts";
import { createLogSink } from "./log-sink.ts";
import { createMetrics, type Metrics, type MetricsOptions } from "./metrics.ts";
import { readMemoryLimitBytes, readProcessUsage } from "./process-usage.ts";
import { createRecentLatency } from "./recent.ts";
import { createSignals, type Signals } from "./signals.ts";
import type { SpanRecorder } from "./span-recorder.ts";
import { createSummary, type Summary } from "./summary.ts";

export interface Telemetry {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly signals: Signals;
  readonly summary: { read(): Summary };
  /** Begins to sample the event loop. */
  start(): void;
  /** Stops sampling, hands over the last spans, then writes what is left of the log within `timeoutMs`; says whether all of it was written. */
  stop(timeoutMs: number): Promise<boolean>;
}

export interface TelemetryOptions extends Pick<MetricsOptions, "version" | "runtime" | "routes" | "operations"> {
  config: Pick<Config, "LOG_LEVEL" | "LEGACY_METRICS">;
  /** Where log lines go: 1 is standard output. */
  fileDescriptor: number;
  /** What `loadSpanExporter` found; null when no spans are exported. */
  openSpanExporter: OpenSpanExporter | null;
  nowMs: () => number;
  monotonicMs: () => number;
}

/** How long the last spans may take to be handed over, in milliseconds. */
const lastSpansMs = 500;

/** Connects log, metrics, signals and summary; two calls share nothing but the descriptor they are given. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { config, nowMs, monotonicMs } = options;
  const isLegacy = config.LEGACY_METRICS;
  const metrics = createMetrics({ ...options, startedAtMs: nowMs(), isLegacy });
  const sink = createLogSink({
    fileDescriptor: options.fileDescriptor,
    onDropped: (count) => signals.logLinesDropped(count),
    onRecovered: (count) => signals.logRecovered(count),
  });
  const log = createLog({ level: config.LOG_LEVEL, sink, nowMs });
  const recent = createRecentLatency();
  const spans = openSpans(options, metrics, log);
  const signals = createSignals({ metrics, log, recent, spans, nowMs, monotonicMs });
  const summary = createSummary({ totals: signals, recent, monotonicMs, readUsage: readProcessUsage, memoryLimitBytes: readMemoryLimitBytes() });
  if (isLegacy) metrics.onCollect(() => exposeLegacy(metrics, summary.read()));
  const { eventLoopLag, eventLoopLagMax } = metrics.families;
  const eventLoop = createEventLoopSampler({ monotonicMs, lag: eventLoopLag.child(), lagMax: eventLoopLagMax.child() });
  return {
    metrics,
    log,
    signals,
    summary,
    start: () => eventLoop.start(),
    async stop(timeoutMs) {
      eventLoop.stop();
      await spans?.stop(lastSpansMs);
      return sink.flush(timeoutMs);
    },
  };
}

function openSpans({ openSpanExporter, version, nowMs, monotonicMs }: TelemetryOptions, { families }: Metrics, log: Log): SpanRecorder | null {
  if (openSpanExporter === null) return null;
  const [sent, dropped] = [families.spansExported.child("sent"), families.spansExported.child("dropped")];
  return openSpanExporter({ sent, dropped, log, version, nowMs, monotonicMs });
}

function exposeLegacy({ families }: Metrics, summary: Summary): void {
  families.legacyCpuPercent.child().set(summary.cpu_percent);
  families.legacyMemoryPercent.child().set(summary.memory_percent);
  families.legacyUptime.child().set(summary.uptime_seconds);
  families.legacyRequests.child().set(summary.total_requests);
  families.legacyErrors.child().set(summary.error_count);
  families.legacyErrorRate.child().set(summary.error_rate);
  families.legacyLatency.child().set(summary.latency.avg);
}
