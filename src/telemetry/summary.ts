import type { ProcessUsage } from "./process-usage.ts";
import type { RecentLatency } from "./recent.ts";

/** The JSON of `GET /metrics`. Latency is of the last five minutes, in milliseconds; `error_rate` is from 0 to 1. */
export interface Summary {
  /** Process CPU over the last second or more, in percent of one core. */
  cpu_percent: number;
  /** Resident memory, in percent of what the process may use. */
  memory_percent: number;
  uptime_seconds: number;
  total_requests: number;
  /** Requests answered with 5xx. */
  error_count: number;
  error_rate: number;
  latency: { avg: number; p50: number; p95: number; p99: number };
}

export interface SummaryOptions {
  totals: { totalRequests(): number; errorCount(): number };
  recent: RecentLatency;
  monotonicMs: () => number;
  readUsage: () => ProcessUsage;
  memoryLimitBytes: number;
}

/** CPU is measured over at least this long, so that readers in quick succession all see a meaningful figure. */
const cpuWindowLeastMs = 1_000;

/** Makes the reader of the summary; uptime counts from this call. */
export function createSummary(options: SummaryOptions): { read(): Summary } {
  const { totals, recent, monotonicMs, readUsage, memoryLimitBytes } = options;
  const startedAtMs = monotonicMs();
  let measuredAtMs = startedAtMs;
  let measuredCpuS = cpuSeconds(readUsage());
  let cpuPercent = 0;

  const measureCpu = (usage: ProcessUsage, nowMs: number): number => {
    const elapsedMs = nowMs - measuredAtMs;
    if (elapsedMs < cpuWindowLeastMs) return cpuPercent;
    const usedS = cpuSeconds(usage);
    cpuPercent = ((usedS - measuredCpuS) / (elapsedMs / 1000)) * 100;
    measuredAtMs = nowMs;
    measuredCpuS = usedS;
    return cpuPercent;
  };

  return {
    read() {
      const nowMs = monotonicMs();
      const usage = readUsage();
      const { avgMs, p50Ms, p95Ms, p99Ms } = recent.summary(nowMs);
      const totalRequests = totals.totalRequests();
      const errorCount = totals.errorCount();
      return {
        cpu_percent: rounded(measureCpu(usage, nowMs), 2),
        memory_percent: rounded((usage.residentBytes / memoryLimitBytes) * 100, 2),
        uptime_seconds: rounded((nowMs - startedAtMs) / 1000, 3),
        total_requests: totalRequests,
        error_count: errorCount,
        error_rate: totalRequests === 0 ? 0 : rounded(errorCount / totalRequests, 6),
        latency: { avg: rounded(avgMs, 3), p50: rounded(p50Ms, 3), p95: rounded(p95Ms, 3), p99: rounded(p99Ms, 3) },
      };
    },
  };
}

function cpuSeconds(usage: ProcessUsage): number {
  return usage.cpuUserS + usage.cpuSystemS;
}

function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
