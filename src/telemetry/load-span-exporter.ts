import type { Config } from "../config.ts";
import type { SpanExporterOptions } from "./span-exporter.ts";
import type { SpanRecorder } from "./span-recorder.ts";

/** Opens the exporter over the log, the counters and the clocks of its service. */
export type OpenSpanExporter = (parts: Pick<SpanExporterOptions, "sent" | "dropped" | "log" | "version" | "nowMs" | "monotonicMs">) => SpanRecorder;

/** Loads the exporter, and its code, when the settings name a receiver; null when they do not. */
export async function loadSpanExporter(config: Config): Promise<OpenSpanExporter | null> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === null) return null;
  const [{ createSpanExporter }, { createOtlpReceiver }, { createTraceSampler }] = await Promise.all([
    import("./span-exporter.ts"),
    import("./otlp-receiver.ts"),
    import("./trace-sampler.ts"),
  ]);
  return (parts) =>
    createSpanExporter({
      ...parts,
      receiver: createOtlpReceiver({ endpoint, headers: config.OTEL_EXPORTER_OTLP_HEADERS, nowMs: parts.nowMs }),
      sampler: createTraceSampler(config.OTEL_TRACES_SAMPLER_ARG),
      resource: { "service.name": config.OTEL_SERVICE_NAME, "service.version": parts.version, "service.instance.id": crypto.randomUUID() },
      random: Math.random,
    });
}
