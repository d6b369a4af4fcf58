import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeSettings } from "../src/config.ts";
import { failures } from "../src/errors.ts";
import { describeMetrics } from "../src/telemetry/metrics.ts";

const root = join(import.meta.dir, "..");

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const code = (text: string): string => (text === "" ? "" : `\`${cell(text)}\``);
const table = (head: string[], rows: string[][]): string =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`, ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");

/** A document that says at its top where it comes from. */
const page = (title: string, source: string, body: string): string =>
  `<!-- Generated from ${source} by \`npm run generate\`; change it there. -->\n\n# ${title}\n\n${body}\n`;

function configurationPage(): string {
  const rows = describeSettings().map(({ name, shown, sentence }) => [code(name), code(shown), cell(sentence)]);
  const intro =
    "Every setting is an environment variable; none is needed. An empty text counts as absent. All faults are listed at once when the program starts.";
  return page("Configuration", "src/config.ts", `${intro}\n\n${table(["setting", "default", "meaning"], rows)}`);
}

function errorsPage(): string {
  const intro = "Every failure is an `application/problem+json` document whose `code` is one of these. Its `type` is the path of its section here.";
  const sections = Object.entries(failures).map(([name, { status, title, remedy }]) => `## ${name}\n\n**${status}**: ${title}. ${remedy}`);
  return page("Errors", "src/errors.ts", [intro, ...sections].join("\n\n"));
}

/** A label and its values, unless they are known only at run time. */
function labelText({ name, values }: { name: string; values: readonly string[] | null }): string {
  return values === null ? code(name) : `${code(name)} (${values.join(", ")})`;
}

function metricsPage(): string {
  const rows = describeMetrics().map(({ name, type, labels, help, isLegacy }) => {
    const meaning = isLegacy ? `${help} Only with LEGACY_METRICS=on.` : help;
    return [code(name), type, cell(labels.map(labelText).join("; ")), cell(meaning)];
  });
  const intro = "What `/prom_metrics` exposes. Routes are templates, so that unknown paths cannot add series; a label without listed values takes at most 64.";
  return page("Metrics", "src/telemetry/metrics.ts", `${intro}\n\n${table(["metric", "type", "labels", "meaning"], rows)}`);
}

/** Every generated file of the project. */
const generated: Record<string, () => string> = {
  "docs/configuration.md": configurationPage,
  "docs/errors.md": errorsPage,
  "docs/metrics.md": metricsPage,
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
