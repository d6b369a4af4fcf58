import { z } from "@hono/zod-openapi";
import type { AppParts } from "./app-parts.ts";
import { type Operation, operation } from "./operation.ts";
import { jsonReply, type Reply } from "./reply.ts";

const summarySchema = z
  .object({
    cpu_percent: z.number(),
    memory_percent: z.number(),
    uptime_seconds: z.number(),
    total_requests: z.int(),
    error_count: z.int(),
    error_rate: z.number(),
    latency: z.object({ avg: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }),
  })
  .openapi("Summary");

async function exposition(parts: AppParts, accept: string | null): Promise<Reply> {
  const { contentType, text } = await parts.metrics.renderMetrics(accept);
  return { status: 200, headers: { "Content-Type": contentType, "Cache-Control": "no-store" }, body: text };
}

const expositionTypes = ["text/plain", "application/openmetrics-text"];

const readSummary = operation({
  method: "get",
  path: "/metrics",
  tag: "Operations",
  summary: "Summarise the service's own figures",
  description: "Latency in milliseconds over the last five minutes. The Prometheus exposition when `Accept` asks for text.",
  access: "viewer",
  isProbe: true,
  success: { 200: { description: "The figures", schema: summarySchema, mediaTypes: expositionTypes } },
  handle: async ({ parts, exchange }) => {
    const accept = exchange.request.headers.get("accept");
    if (accept !== null && /text\/plain|application\/openmetrics-text/i.test(accept)) return exposition(parts, accept);
    return jsonReply(200, parts.summary.read(), { "Cache-Control": "no-store", Vary: "Accept" });
  },
});

const readExposition = operation({
  method: "get",
  path: "/prom_metrics",
  tag: "Operations",
  summary: "Expose metrics to Prometheus",
  access: "viewer",
  isProbe: true,
  success: { 200: { description: "Prometheus text, or OpenMetrics when `Accept` names it", mediaTypes: expositionTypes } },
  handle: async ({ parts, exchange }) => exposition(parts, exchange.request.headers.get("accept")),
});

/** GET /metrics and GET /prom_metrics. */
export const metricsOperations: Operation[] = [readSummary, readExposition];
