import { promDuration } from "../../src/alerting/promql.ts";
import { realTime, type TimeScale } from "../../src/alerting/time-scale.ts";
import type { Addresses } from "./addresses.ts";
import { yamlDocument } from "./yaml-document.ts";

/** Prometheus waits no longer for a target, in seconds. */
const scrapeTimeoutS = 4;
/** Most samples one scrape may hold: a service that grew beyond it is at fault, and must not fill the store of Prometheus. */
const sampleLimit = 20_000;

const hostOf = (address: string): string => new URL(address).host;

/** Prometheus' configuration: what it scrapes, how often, and whom it tells. */
export function prometheusConfig(addresses: Addresses, scale: TimeScale = realTime): string {
  const { metricsKeyFile: keyFile } = addresses;
  const authorization = keyFile === undefined ? {} : { authorization: { type: "Bearer", credentials_file: keyFile } };
  const interval = promDuration(scale.intervalS);
  const scrape = (job: string, address: string, more: object = {}): object => ({
    job_name: job,
    sample_limit: sampleLimit,
    static_configs: [{ targets: [hostOf(address)] }],
    ...more,
  });
  return yamlDocument("scripts/generate/prometheus-config.ts and ops/addresses.json", {
    global: {
      scrape_interval: interval,
      scrape_timeout: promDuration(Math.min(scrapeTimeoutS, scale.intervalS)),
      evaluation_interval: interval,
    },
    rule_files: ["rules.yml"],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [hostOf(addresses.alertmanager)] }] }] },
    scrape_configs: [
      scrape("link-service", addresses.linkService, { metrics_path: "/prom_metrics", ...authorization }),
      scrape("prometheus", addresses.prometheus),
      scrape("alertmanager", addresses.alertmanager),
    ],
  });
}
