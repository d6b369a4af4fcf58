import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readAddresses } from "./generate/addresses.ts";
import { alertmanagerConfig } from "./generate/alertmanager-config.ts";
import { alertsPage } from "./generate/alerts-page.ts";
import { composeFiles } from "./generate/compose-files.ts";
import { grafanaBoards } from "./generate/grafana/boards.ts";
import { prometheusConfig } from "./generate/prometheus-config.ts";
import { prometheusRules } from "./generate/prometheus-rules.ts";
import { promtoolScenarios } from "./generate/scenarios/promtool-scenarios.ts";
import { configurationPage, deskMetricsPage, errorsPage, metricsPage } from "./generate/reference-pages.ts";

const root = join(import.meta.dir, "..");
const addresses = readAddresses();

const fixed = (files: Record<string, string>): Record<string, () => string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, () => text]));

/** Every generated file of the project. */
const generated: Record<string, () => string> = {
  "docs/configuration.md": configurationPage,
  "docs/errors.md": errorsPage,
  "docs/metrics.md": metricsPage,
  "docs/desk-metrics.md": deskMetricsPage,
  "docs/alerts.md": alertsPage,
  "ops/alertmanager/alertmanager.yml": () => alertmanagerConfig(addresses),
  "ops/prometheus/prometheus.yml": () => prometheusConfig(addresses),
  "ops/prometheus/rules.yml": () => prometheusRules(addresses),
  ...fixed(grafanaBoards(addresses)),
  ...fixed(composeFiles()),
  ...fixed(promtoolScenarios(addresses)),
};

function readFile(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
}

/** Paths whose text is not what their source says. */
function findStale(): string[] {
  return Object.entries(generated).flatMap(([path, produce]) => (readFile(path) === produce() ? [] : [path]));
}

function write(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), generated[path]?.() ?? "");
  console.log(`wrote ${path}`);
}

const stale = findStale();
if (process.argv.includes("--check")) {
  for (const path of stale) console.error(`${path} is stale; run npm run generate`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const path of stale) write(path);
console.log(`${Object.keys(generated).length} generated files are fresh`);
