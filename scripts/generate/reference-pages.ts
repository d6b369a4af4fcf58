import { describeSettings } from "../../src/config.ts";
import { deskMetricCatalogue } from "../../src/desk/desk-metric-catalogue.ts";
import { failures } from "../../src/errors.ts";
import { describeMetrics } from "../../src/telemetry/metrics.ts";
import { cell, code, page, table } from "./markdown.ts";

/** docs/configuration.md */
export function configurationPage(): string {
  const rows = describeSettings().map(({ name, shown, sentence }) => [code(name), code(shown), cell(sentence)]);
  const intro =
    "Every setting is an environment variable; none is needed. An empty text counts as absent. All faults are listed at once when the program starts.";
  return page("Configuration", "src/config.ts", `${intro}\n\n${table(["setting", "default", "meaning"], rows)}`);
}

/** docs/errors.md */
export function errorsPage(): string {
  const intro = "Every failure is an `application/problem+json` document whose `code` is one of these. Its `type` is the path of its section here.";
  const sections = Object.entries(failures).map(([name, { status, title, remedy }]) => `## ${name}\n\n**${status}**: ${title}. ${remedy}`);
  return page("Errors", "src/errors.ts", [intro, ...sections].join("\n\n"));
}

/** A label and its values, unless they are known only at run time. */
function labelText({ name, values }: { name: string; values: readonly string[] | null }): string {
  return values === null ? code(name) : `${code(name)} (${values.join(", ")})`;
}

function metricsTable(catalogue?: Parameters<typeof describeMetrics>[0]): string {
  const rows = describeMetrics(catalogue).map(({ name, type, labels, help, isLegacy }) => {
    const meaning = isLegacy ? `${help} Only with LEGACY_METRICS=on.` : help;
    return [code(name), type, cell(labels.map(labelText).join("; ")), cell(meaning)];
  });
  return table(["metric", "type", "labels", "meaning"], rows);
}

/** docs/metrics.md */
export function metricsPage(): string {
  const intro = "What `/prom_metrics` exposes. Routes are templates, so that unknown paths cannot add series; a label without listed values takes at most 64.";
  return page("Metrics", "src/telemetry/metrics.ts", `${intro}\n\n${metricsTable()}`);
}

/** docs/desk-metrics.md */
export function deskMetricsPage(): string {
  const intro = "What `/prom_metrics` of the incident desk says about the desk itself.";
  return page("Metrics of the desk", "src/desk/desk-metric-catalogue.ts", `${intro}\n\n${metricsTable(deskMetricCatalogue)}`);
}
