import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realTime, type TimeScale } from "../../src/alerting/time-scale.ts";
import { type Addresses } from "../generate/addresses.ts";
import { alertmanagerConfig } from "../generate/alertmanager-config.ts";
import { prometheusConfig } from "../generate/prometheus-config.ts";
import { prometheusRules } from "../generate/prometheus-rules.ts";
import { type MonitoringProgram, startMonitoringProgram } from "./monitoring-program.ts";

/** How long samples are kept: the objectives look back 30 days. */
const keepSamples = "35d";
/** How often Alertmanager saves silences and what it has sent: what kill -9 may cost. */
const saveEvery = "10s";

const mailTemplate = join(import.meta.dir, "../../ops/alertmanager/mail.tmpl");

/** Prometheus and Alertmanager, started together. */
export interface MonitoringStack {
  readonly prometheus: MonitoringProgram;
  readonly alertmanager: MonitoringProgram;
  stop(): Promise<void>;
}

export interface MonitoringOptions {
  /** Takes configuration and data; the caller removes it. */
  readonly folder: string;
  /** Where both listen (loopback) and whom they reach. */
  readonly addresses: Addresses;
  /** Times of the rules and notifications; a shortened one adds the flags that are for tests only. */
  readonly scale?: TimeScale;
}

/** Writes the generated configuration into a folder, starts both programs on it and waits until they are ready. @throws OperatorError when one is missing or ends at once */
export async function startMonitoring({ folder, addresses, scale = realTime }: MonitoringOptions): Promise<MonitoringStack> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "prometheus.yml"), prometheusConfig(addresses, scale));
  writeFileSync(join(folder, "rules.yml"), prometheusRules(addresses, scale));
  writeFileSync(join(folder, "alertmanager.yml"), alertmanagerConfig(addresses, scale));
  copyFileSync(mailTemplate, join(folder, "mail.tmpl"));
  const alertmanager = await startMonitoringProgram({
    name: "prometheus-alertmanager",
    folder,
    address: addresses.alertmanager,
    flags: ["--config.file=alertmanager.yml", "--storage.path=alertmanager-data", "--cluster.listen-address=", `--data.maintenance-interval=${saveEvery}`],
  });
  try {
    const prometheus = await startMonitoringProgram({ name: "prometheus", folder, address: addresses.prometheus, flags: prometheusFlags(scale) });
    return { prometheus, alertmanager, stop: async () => void (await Promise.all([prometheus.stop(), alertmanager.stop()])) };
  } catch (error) {
    await alertmanager.stop();
    throw error;
  }
}

function prometheusFlags(scale: TimeScale): string[] {
  const isShortened = scale.spanS(60) < 60;
  return [
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=prometheus-data",
    `--storage.tsdb.retention.time=${keepSamples}`,
    "--web.enable-lifecycle",
    "--enable-feature=exemplar-storage",
    ...(isShortened ? ["--rules.alert.resend-delay=5s", "--rules.alert.for-grace-period=1s"] : []),
  ];
}
