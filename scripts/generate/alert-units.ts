import type { AlertUnit } from "../../src/alerting/alert-definition.ts";
import { promDuration } from "../../src/alerting/promql.ts";

/** By unit: how a Prometheus template shows a value, and how a limit is written. */
export const alertUnits: Record<AlertUnit, { show: string; write: (value: number) => string }> = {
  share: { show: "{{ $value | humanizePercentage }}", write: (value) => `${Number((value * 100).toPrecision(6))}%` },
  seconds: { show: "{{ $value | humanizeDuration }}", write: (value) => promDuration(value) },
  bytes: { show: "{{ $value | humanize1024 }}B", write: (value) => `${Number((value / 1_048_576).toPrecision(4))}MiB` },
  "per second": { show: "{{ $value | humanize }}/s", write: (value) => `${value}/s` },
  count: { show: "{{ $value | humanize }}", write: String },
  cores: { show: "{{ $value | humanize }} cores", write: (value) => `${value} cores` },
};
