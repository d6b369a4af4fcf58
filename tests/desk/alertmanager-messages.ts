/** An alert as Alertmanager writes it. */
export interface SentAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export interface AlertOptions {
  readonly status?: "firing" | "resolved";
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAtMs?: number;
  /** Tells alerts apart. */
  readonly number?: number;
}

const unset = "0001-01-01T00:00:00Z";

export function alertOf({ status = "firing", labels = {}, annotations = {}, startsAtMs = Date.now() - 60_000, number = 1 }: AlertOptions): SentAlert {
  return {
    status,
    labels: { alertname: "InstanceDown", severity: "page", service: "shop", instance: `10.0.0.${number}`, ...labels },
    annotations: { summary: "An instance does not answer", ...annotations },
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: status === "firing" ? unset : new Date().toISOString(),
    generatorURL: "http://prometheus.example/graph",
    fingerprint: number.toString(16).padStart(16, "0"),
  };
}

/** A message of Alertmanager's webhook, version 4. */
export function messageOf(alerts: readonly SentAlert[], more: Readonly<Record<string, unknown>> = {}): object {
  return {
    version: "4",
    groupKey: '{}:{service="shop"}',
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver: "desk",
    groupLabels: { service: "shop" },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example:9093",
    alerts,
    ...more,
  };
}
