import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { alertDrawing } from "../../scripts/generate/grafana/alert-drawing.ts";
import { grafanaBoards } from "../../scripts/generate/grafana/boards.ts";
import { boardNames } from "../../src/alerting/alert-definition.ts";
import { allAlerts } from "../../src/alerting/rules.ts";
import { realTime } from "../../src/alerting/time-scale.ts";
import { metricCatalogue } from "../../src/telemetry/metric-catalogue.ts";
import { findBoardFaults, panelsOf, targetsOf } from "./find-board-faults.ts";
import { findDrawingFaults } from "./find-drawing-faults.ts";
import type { QueryFacts } from "./find-query-faults.ts";
import { foreignMetrics, knownMetrics } from "./known-metrics.ts";
import { readPromQl } from "./read-promql.ts";
import { projectRoot } from "./source-file.ts";

const runbooks = "https://desk.example/runbooks";
const alerts = allAlerts();
const signals = new Set(alerts.flatMap((alert) => alertDrawing(alert).signals.map(({ expression }) => expression)));
const facts: QueryFacts = { metrics: knownMetrics(), signals };

const readBoards = (): Dashboard[] => Object.values(grafanaBoards({ runbooks })).map((text) => JSON.parse(text) as Dashboard);
const metricsRead = (): Set<string> =>
  new Set(readBoards().flatMap((board) => panelsOf(board).flatMap((panel) => targetsOf(panel).flatMap(({ expr }) => namesIn(expr)))));
const namesIn = (expr: string): string[] => readPromQl(expr.replaceAll(/\$__\w+/g, "5m")).selectors.map(({ metric }) => metric);

describe("every board", () => {
  test("is well-formed: data source, variables, annotations, grid, titles, texts, units, legends, and queries that name what exists", () => {
    expect(readBoards().flatMap((board) => findBoardFaults(board, facts))).toEqual([]);
  });

  test("leads to the others, and every alert is drawn on the board it names, with its limit and its runbook", () => {
    expect(findDrawingFaults(readBoards(), alerts, runbooks)).toEqual([]);
  });

  test("has the name that alerts know it by, and no board is missing", () => {
    const paths = Object.keys(grafanaBoards({ runbooks }));
    expect(paths).toEqual(boardNames.map((name) => `ops/grafana/dashboards/${name}.json`));
    expect(readBoards().map(({ uid }) => uid as string)).toEqual([...boardNames]);
  });

  test("is written the same way every time", () => {
    expect(grafanaBoards({ runbooks })).toEqual(grafanaBoards({ runbooks }));
  });
});

describe("the boards together", () => {
  test("show every metric of the service, but the old names", () => {
    const isShown = (name: string): boolean => ["", "_bucket", "_sum", "_count"].some((ending) => read.has(name + ending));
    const read = metricsRead();
    const current = Object.values(metricCatalogue).filter((metric) => !("isLegacy" in metric));
    expect(current.map(({ name }) => name).filter((name) => !isShown(name))).toEqual([]);
  });

  test("read every foreign metric that is listed", () => {
    const read = metricsRead();
    expect(Object.keys(foreignMetrics).filter((name) => !read.has(name))).toEqual([]);
  });
});

describe("the provisioning", () => {
  const readYaml = (path: string): any => parse(readFileSync(join(projectRoot, "ops/grafana/provisioning", path), "utf8"));

  test("gives the data source the interval of the scrapes, so that $__rate_interval spans four of them", () => {
    const [source] = readYaml("datasources/prometheus.yml").datasources;
    expect(source).toMatchObject({ type: "prometheus", isDefault: true, jsonData: { timeInterval: `${realTime.intervalS}s` } });
  });

  test("loads the folder that the boards are written to", () => {
    const [provider] = readYaml("dashboards/boards.yml").providers;
    expect(provider).toMatchObject({ type: "file", allowUiUpdates: false, options: { path: "/etc/grafana/dashboards" } });
  });
});

/** What the check says about the first board after a fault was planted in it. */
function plant(change: (board: any, panel: any) => void): string[] {
  const [board] = readBoards();
  change(
    board,
    panelsOf(board!).find(({ type }) => type === "timeseries"),
  );
  return findBoardFaults(board!, facts).map((fault) => fault.replace(/^\S+ ("[^"]+" (overlaps )?)?/, ""));
}

const plantQuery = (expr: string): string[] => plant((_, panel) => (panel.targets[0].expr = expr));

describe("the check finds a planted", () => {
  test("frame without a name, editable, slow, too wide in time, or with tooltips apart", () => {
    expect(plant((board) => delete board.title)).toEqual(["has no uid, title or description"]);
    expect(plant((board) => (board.editable = true))).toHaveLength(1);
    expect(plant((board) => (board.refresh = "1s"))).toEqual(["refreshes every 1s"]);
    expect(plant((board) => (board.time.from = "now-30d"))).toHaveLength(1);
    expect(plant((board) => (board.graphTooltip = 0))).toHaveLength(1);
  });

  test("missing or crippled variable, and a missing annotation", () => {
    expect(plant((board) => board.templating.list.shift())).toEqual(["cannot choose its data source"]);
    expect(plant((board) => board.templating.list.pop())).toEqual(["cannot choose its instance"]);
    expect(plant((board) => (board.templating.list[1].refresh = 0))).toHaveLength(1);
    expect(plant((board) => (board.templating.list[1].includeAll = false))).toHaveLength(1);
    expect(plant((board) => (board.templating.list[1].definition = "query_result(up)"))).toHaveLength(1);
    expect(plant((board) => board.annotations.list.pop())).toEqual(["does not mark Incidents"]);
    expect(plant((board) => (board.annotations.list[0].datasource.uid = "prod"))).toHaveLength(1);
  });

  test("panel outside the grid, on another, with another's id or title", () => {
    expect(plant((_, panel) => (panel.gridPos.x = 20))).toContain("reaches beyond the grid");
    expect(plant((_, panel) => (panel.gridPos.x = 4)).join()).toContain("Spread of latency");
    expect(plant((board, panel) => (panel.id = board.panels[0].id))).toEqual(["has the panel id 1 twice"]);
    expect(plant((_, panel) => (panel.title = "Spread of latency"))).toHaveLength(1);
  });

  test("panel without a title, a text, a unit, a query, a legend, or with a fixed data source", () => {
    expect(plant((_, panel) => (panel.title = ""))).toHaveLength(1);
    expect(plant((_, panel) => (panel.description = "Latency"))).toHaveLength(1);
    expect(plant((_, panel) => (panel.fieldConfig.defaults.unit = "seconds"))).toEqual(["has the unit seconds"]);
    expect(plant((_, panel) => (panel.targets = []))).toEqual(["asks nothing"]);
    expect(plant((_, panel) => delete panel.targets[0].legendFormat)).toEqual(["has a query without a legend"]);
    expect(plant((_, panel) => (panel.targets[0].datasource.uid = "prod"))).toEqual(["asks another data source"]);
    expect(plant((_, panel) => (panel.targets[1].refId = "A"))).toEqual(["has two queries A"]);
  });

  test("query that is no PromQL, or reads what does not exist", () => {
    const chosen = `job=~"$job", instance=~"$instance"`;
    expect(plantQuery(`rate(up{${chosen}}[5m`).join()).toContain("is no PromQL");
    expect(plantQuery("1 + 1")).toEqual(["query A reads no series"]);
    expect(plantQuery(`srenity_links{${chosen}}`)).toEqual(["query A reads srenity_links, which does not exist"]);
    expect(plantQuery(`up{${chosen}, color="red"}`)).toEqual(["query A asks up for the label color, which it does not have"]);
    expect(plantQuery(`rate(srenity_redirects_total{${chosen}, outcome=~"found|lost"}[$__rate_interval])`)).toEqual([
      `query A asks srenity_redirects_total for outcome="lost", which never occurs`,
    ]);
    expect(plantQuery(`rate(srenity_store_operation_duration_seconds_bucket{${chosen}, le="0.06"}[$__rate_interval])`)).toHaveLength(1);
    expect(plantQuery(`count(ALERTS{alertname="Storm"})`)).toEqual([`query A asks ALERTS for alertname="Storm", which never occurs`]);
    expect(plantQuery(`sum by (color) (up{${chosen}})`)).toHaveLength(1);
  });

  test("query without the choice of job and instance, and one that misuses counters, ranges or quantiles", () => {
    expect(plantQuery("up")).toEqual(["query A reads up whatever job is chosen", "query A reads up whatever instance is chosen"]);
    expect(plantQuery(`up{job=~"$job"}`)).toEqual(["query A reads up whatever instance is chosen"]);
    const chosen = `job=~"$job", instance=~"$instance"`;
    expect(plantQuery(`srenity_redirects_total{${chosen}}`)).toHaveLength(1);
    expect(plantQuery(`max_over_time(srenity_redirects_total{${chosen}}[$__rate_interval])`)).toHaveLength(1);
    expect(plantQuery(`rate(srenity_clicks_held{${chosen}}[$__rate_interval])`)).toHaveLength(1);
    expect(plantQuery(`rate(srenity_redirects_total{${chosen}}[5m])`)).toEqual(["query A reads srenity_redirects_total over 5m instead of $__rate_interval"]);
    expect(plantQuery(`histogram_quantile(0.9, sum by (job) (rate(srenity_click_batch_size_bucket{${chosen}}[$__rate_interval])))`)).toHaveLength(1);
  });

  test("alert that is not drawn, or not at its limit, or without its runbook, and boards that are not linked or share a name", () => {
    const plantDrawing = (change: (panel: any, board: any) => void): string[] => {
      const boards = readBoards();
      const board = boards[0] as any;
      change(
        panelsOf(board).find(({ title }) => title === "CPU"),
        board,
      );
      return findDrawingFaults(boards, alerts, runbooks);
    };
    expect(plantDrawing((panel) => panel.targets.shift())).toEqual(["HighCpu (ticket) has its signal on no panel of its board"]);
    expect(plantDrawing((panel) => (panel.fieldConfig.defaults.thresholds.steps[1].value = 0.8))).toEqual(["HighCpu (ticket) has no line at its limit"]);
    expect(plantDrawing((panel) => delete panel.fieldConfig.defaults.custom.thresholdsStyle)).toEqual(["HighCpu (ticket) has no line at its limit"]);
    expect(plantDrawing((panel) => (panel.links[0].url = "https://desk.example/"))).toEqual(["HighCpu (ticket) has no link to its runbook"]);
    expect(plantDrawing((_, board) => board.links.pop())).toEqual(["golden-signals does not lead to alerting"]);
    expect(plantDrawing((_, board) => (board.uid = "store")).join()).toContain("two boards are called store");
  });
});
