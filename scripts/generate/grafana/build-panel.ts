import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
  MappingType,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  PanelBuilder as HeatMapBuilder,
  YAxisConfigBuilder,
} from "@grafana/grafana-foundation-sdk/heatmap";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as NumbersBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StatesBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { AlertDefinition, Severity } from "../../../src/alerting/alert-definition.ts";
import { alertDrawing } from "./alert-drawing.ts";
import type { Line, PanelDefinition, PanelQuery, PanelUnit } from "./board-definition.ts";

type Builder = LinesBuilder | NumbersBuilder | HeatMapBuilder | StatesBuilder | TableBuilder;

/** The data source that is chosen on the board. */
export const dataSource = { type: "prometheus", uid: "${datasource}" };

/** Grafana's names of units. */
const grafanaUnits: Record<PanelUnit, string> = {
  share: "percentunit",
  seconds: "s",
  bytes: "bytes",
  "per second": "cps",
  count: "short",
  cores: "percentunit",
  "requests per second": "reqps",
  "operations per second": "ops",
  age: "dtdurations",
  text: "string",
  "yes or no": "bool_yes_no",
};

/** Names of a panel's queries; also the most that one can have. */
const refIds = "ABCDEFGHIJKL";

const colors: Record<Severity, string> = { page: "red", ticket: "orange", heartbeat: "red" };
/** Heights in the grid's rows of 30 pixels. */
const heights: Record<PanelDefinition["shape"], number> = { lines: 8, stack: 8, numbers: 4, "heat map": 8, states: 8, table: 8 };

/** A panel of Grafana. `runbooks` is the address that the name of an alert is appended to. */
export function buildPanel(panel: PanelDefinition, id: number, runbooks: string): { build(): Panel } {
  const { alerts = [], queries = [] } = panel;
  const targets = [...alerts.flatMap((alert) => alertDrawing(alert).signals), ...queries].map((query, index) => target(query, index, panel.shape));
  const names = [...new Set(alerts.map(({ name }) => name))];
  return builderOf(panel)
    .id(id)
    .title(panel.title)
    .description(panel.description)
    .datasource(dataSource)
    .unit(grafanaUnits[unitOf(panel)])
    .span(panel.width)
    .height(heights[panel.shape])
    .targets(targets)
    .links(names.map((name) => new DashboardLinkBuilder(`Runbook ${name}`).type(DashboardLinkType.Link).url(`${runbooks}/${name}`).targetBlank(true)));
}

function unitOf({ title, unit, alerts = [] }: PanelDefinition): PanelUnit {
  const units = new Set<PanelUnit>([...(unit ? [unit] : []), ...alerts.map(({ limit }) => limit.unit)]);
  const [only] = units;
  if (only === undefined || units.size > 1) throw new RangeError(`the panel "${title}" has ${units.size} units`);
  return only;
}

function target({ expression, legend, hasExemplars = false }: PanelQuery, index: number, shape: PanelDefinition["shape"]): DataqueryBuilder {
  const query = new DataqueryBuilder().refId(refIds.charAt(index)).datasource(dataSource).expr(expression).legendFormat(legend);
  if (shape === "heat map") return query.range().format(PromQueryFormat.Heatmap);
  if (shape === "table") return query.instant().format(PromQueryFormat.Table);
  return shape === "numbers" ? query.instant() : query.range().exemplar(hasExemplars);
}

function builderOf(panel: PanelDefinition): Builder {
  if (panel.shape !== "lines" && panel.alerts) throw new RangeError(`the panel "${panel.title}" cannot draw limits`);
  switch (panel.shape) {
    case "lines":
    case "stack":
      return lines(panel);
    case "numbers":
      return numbers(panel);
    case "heat map":
      return heatMap(panel);
    case "states":
      return new StatesBuilder().legend(smallLegend()).tooltip(sharedTooltip()).mappings(mappingsOf(panel)).showValue(VisibilityMode.Never);
    case "table":
      return new TableBuilder();
  }
}

const smallLegend = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).calcs([]);
const sharedTooltip = (): VizTooltipOptionsBuilder => new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);

function lines(panel: PanelDefinition): LinesBuilder {
  const limits = [...(panel.alerts ?? []).map((alert) => ({ value: alert.limit.value, severity: alert.severity })), ...(panel.lines ?? [])];
  const builder = new LinesBuilder()
    .legend(smallLegend())
    .tooltip(sharedTooltip())
    .lineWidth(1)
    .fillOpacity(panel.shape === "stack" ? 40 : 8)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .axisSoftMin(0)
    .mappings(mappingsOf(panel));
  if (panel.shape === "stack") builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (limits.length === 0) return builder;
  return (
    builder
      .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limits, isBadAbove(panel))))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
      // Keeps the highest line in view.
      .axisSoftMax(Math.max(...limits.map(({ value }) => value)))
  );
}

function isBadAbove({ title, alerts = [] }: PanelDefinition): boolean {
  const sides = new Set(alerts.map((alert: AlertDefinition) => alertDrawing(alert).isBadAbove));
  if (sides.size > 1) throw new RangeError(`the panel "${title}" has limits on both sides`);
  return !sides.has(false);
}

/** Grafana draws a step's line in its colour, or in that of the step below when it is transparent itself. */
function steps(limits: readonly Line[], isAbove: boolean): Threshold[] {
  const byValue = new Map(limits.map(({ value, severity }) => [value, colors[severity]]));
  const sorted = [...byValue].toSorted(([a], [b]) => a - b).map(([value, color]) => ({ value, color }));
  if (isAbove) return [{ value: null, color: "transparent" }, ...sorted];
  return [null, ...sorted].map((step, index) => ({ value: step?.value ?? null, color: sorted[index]?.color ?? "transparent" }));
}

function numbers(panel: PanelDefinition): NumbersBuilder {
  const isText = panel.unit === "text";
  return new NumbersBuilder()
    .graphMode(BigValueGraphMode.None)
    .textMode(isText ? BigValueTextMode.Name : BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .colorMode(panel.words ? BigValueColorMode.Value : BigValueColorMode.None)
    .mappings(mappingsOf(panel));
}

function heatMap({ unit = "seconds" }: PanelDefinition): HeatMapBuilder {
  return new HeatMapBuilder()
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme("Oranges").fill("dark-orange").exponent(0.5).steps(64))
    .yAxis(new YAxisConfigBuilder().unit(grafanaUnits[unit]))
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .hideLegend();
}

function mappingsOf({ words = {} }: PanelDefinition): ValueMapping[] {
  const options = Object.fromEntries(Object.entries(words).map(([value, { text, isBad }]) => [value, { text, color: isBad ? "red" : "green" }]));
  return Object.keys(options).length === 0 ? [] : [{ type: MappingType.ValueToText, options }];
}
