import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeSettings } from "../../src/config.ts";
import { deskMetricCatalogue } from "../../src/desk/desk-metric-catalogue.ts";
import { failures } from "../../src/errors.ts";
import { describeMetrics } from "../../src/telemetry/metrics.ts";
import { findDocumentFaults, firstCells, type ProjectFacts } from "./find-document-faults.ts";
import { projectRoot, readSourceFiles } from "./source-file.ts";

const readText = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

/** Names of the commands, from the usage that the program prints. */
function readCommands(): Set<string> {
  const usage = Bun.spawnSync([process.execPath, "src/main.ts", "--help"], { cwd: projectRoot, timeout: 10_000 });
  const text = usage.stdout.toString() + usage.stderr.toString();
  return new Set(["help", ...[...text.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = ""]) => name)]);
}

const facts: ProjectFacts = {
  files: readSourceFiles("**/*"),
  npmScripts: new Set(Object.keys((JSON.parse(readText("package.json")) as { scripts: Record<string, string> }).scripts)),
  commands: readCommands(),
  settings: new Set(describeSettings().map(({ name }) => name)),
  failureCodes: new Set(Object.keys(failures)),
  metrics: new Set([describeMetrics(), describeMetrics(deskMetricCatalogue)].flatMap((described) => described.map(({ name }) => name))),
};
const documents = facts.files.filter(({ path }) => path.endsWith(".md"));

/** What the check says about one planted document, without its path. */
const plant = (text: string): string[] => findDocumentFaults({ path: "docs/planted.md", text }, facts).map((fault) => fault.replace("docs/planted.md ", ""));

describe("every document", () => {
  test("names only paths, links, commands, settings, errors and metrics that exist", () => {
    expect(documents.flatMap((document) => findDocumentFaults(document, facts))).toEqual([]);
  });

  test("and every setting is in docs/configuration.md, and no other", () => {
    expect(firstCells(readText("docs/configuration.md"))).toEqual([...facts.settings]);
  });

  test("and every error code is in docs/errors.md, and no other", () => {
    const headings = [...readText("docs/errors.md").matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? "");
    expect(headings).toEqual([...facts.failureCodes]);
  });

  test.each([
    { page: "docs/metrics.md", described: describeMetrics() },
    { page: "docs/desk-metrics.md", described: describeMetrics(deskMetricCatalogue) },
  ])("and every metric is in $page, and no other", ({ page, described }) => {
    expect(firstCells(readText(page))).toEqual(described.map(({ name }) => name));
  });

  test("and every generated file is what its source says", () => {
    const check = Bun.spawnSync([process.execPath, "scripts/generate.ts", "--check"], { cwd: projectRoot, timeout: 20_000 });
    expect({ exitCode: check.exitCode, faults: check.stderr.toString() }).toEqual({ exitCode: 0, faults: "" });
  });
});

describe("the check finds a planted", () => {
  test("dead link, dead heading or dead path", () => {
    expect(plant("[a](../README-nowhere.md)")).toHaveLength(1);
    expect(plant("[a](../package.json) [b](https://example.org) [c](../src)")).toEqual([]);
    expect(plant("# Real heading\n[a](#real-heading)")).toEqual([]);
    expect(plant("# Real heading\n[a](#other-heading)")).toHaveLength(1);
    expect(plant("see `src/config.ts`, `config.ts`, `storage/store.ts` and `src/links/`")).toEqual([]);
    expect(plant("see `src/nowhere.ts`")).toHaveLength(1);
    expect(plant("see `nowhere/at-all.md`")).toHaveLength(1);
    expect(plant("see `src/nowhere/`")).toHaveLength(1);
  });

  test("npm script or command that does not exist, in text and in blocks", () => {
    expect(plant("`npm run verify`, `npm test`, `npm ci`")).toEqual([]);
    expect(plant("`npm run nothing`")).toHaveLength(1);
    expect(plant("```sh\nnpm run nothing\nnpm nothing\nsrenity nothing\n```")).toHaveLength(3);
    expect(plant("```sh\nnpm run srenity -- nothing\n```")).toHaveLength(1);
    expect(plant("`srenity serve` and `srenity up`")).toEqual([]);
  });

  test("setting, error or metric that does not exist", () => {
    expect(plant("`DATA_DIR`, `PORT=80`, `SQLITE_SYNC=full`")).toEqual([]);
    expect(plant("`DATA_FOLDER`")).toHaveLength(1);
    expect(plant("```sh\nPORTS=80 srenity serve\n```")).toHaveLength(1);
    expect(plant("[a](errors.md#store_busy)")).toEqual([]);
    expect(plant("/docs/errors#store_lazy")).toHaveLength(1);
    const [metric = ""] = facts.metrics;
    expect(plant(`\`${metric}\` \`${metric}_bucket{le="1"}\``)).toEqual([]);
    expect(plant(`\`${metric}_of_nothing\``)).toHaveLength(1);
  });
});
