/** What the evidence of an incident shows of the recorded signals: name, title, and the unit as an axis has it. */
export const evidenceCharts = [
  { name: "signal:errors_5xx:share", title: "Failed requests", unit: "share" },
  { name: "signal:traffic:per_second", title: "Traffic by route", unit: "requests/s" },
  { name: "signal:latency_p99:seconds", title: "Latency, p99", unit: "s" },
  { name: "signal:up:count", title: "Instances that answer", unit: "count" },
  { name: "signal:latency_p50:seconds", title: "Latency, median", unit: "s" },
  { name: "signal:refusals:per_second", title: "Refusals by code", unit: "1/s" },
  { name: "signal:cpu:cores", title: "Processor", unit: "cores" },
  { name: "signal:memory:bytes", title: "Memory", unit: "bytes" },
  { name: "signal:event_loop_lag_max:seconds", title: "Longest stall of the serving thread", unit: "s" },
  { name: "signal:store_p99:seconds", title: "Store, p99", unit: "s" },
  { name: "signal:store_errors:per_second", title: "Store errors by code", unit: "1/s" },
  { name: "signal:disk_free:bytes", title: "Free disk", unit: "bytes" },
] as const;
