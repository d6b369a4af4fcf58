import {
  type Dashboard,
  DashboardCursorSync,
  type GridPos,
  type Panel,
  type RowPanel,
  VariableRefresh,
  VariableType,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import { findQueryFaults, type QueryFacts } from "./find-query-faults.ts";

const chosenSource = "${datasource}";
const gridColumns = 24;
const refreshes = new Set(["5s", "10s"]);
/** Units of Grafana that the boards use; a misspelt one would be printed after the number. */
const units = new Set(["percentunit", "s", "bytes", "cps", "short", "reqps", "ops", "dtdurations", "string", "bool_yes_no"]);
/** Fewest characters that say what a panel shows and what to do. */
const descriptionLeast = 40;
/** Longest title that a panel of a quarter of the width shows whole, in characters. */
const titleMost = 45;

export const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === "row";
export const panelsOf = (board: Dashboard): Panel[] => (board.panels ?? []).filter((panel): panel is Panel => !isRow(panel));
export const targetsOf = (panel: Panel): Dataquery[] => (panel.targets ?? []) as Dataquery[];

/** Everything wrong with one board, one sentence each: the rules of Grafana's dashboard-linter, and our own. */
export function findBoardFaults(board: Dashboard, facts: QueryFacts): string[] {
  const panels = board.panels ?? [];
  const faults = [
    ...frameFaults(board),
    ...variableFaults(board),
    ...annotationFaults(board),
    ...gridFaults(panels),
    ...repeated(panels.map(({ id }) => String(id))).map((id) => `has the panel id ${id} twice`),
    ...repeated(panelsOf(board).map(({ title = "" }) => title)).map((title) => `has the panel "${title}" twice`),
    ...panelsOf(board).flatMap((panel) => panelFaults(panel, facts).map((fault) => `"${panel.title}" ${fault}`)),
  ];
  return faults.map((fault) => `${board.uid} ${fault}`);
}

export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

const unless = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

function frameFaults(board: Dashboard): string[] {
  return [
    ...unless(Boolean(board.uid && board.title && board.description), "has no uid, title or description"),
    ...unless(board.editable === false, "can be edited, and loses that at the next start"),
    ...unless(refreshes.has(board.refresh ?? ""), `refreshes every ${board.refresh}`),
    ...unless(board.time?.from === "now-1h" && board.time.to === "now", "does not show the last hour"),
    ...unless(board.graphTooltip === DashboardCursorSync.Tooltip, "does not share its tooltip"),
  ];
}

function variableFaults({ templating }: Dashboard): string[] {
  const list = templating.list ?? [];
  const names = new Set(list.map(({ name }) => name));
  const isSourceOk = list.some(({ name, type, query }) => name === "datasource" && type === VariableType.Datasource && query === "prometheus");
  const choices = list.filter(({ name }) => name !== "datasource");
  return [
    ...unless(isSourceOk, "cannot choose its data source"),
    ...["job", "instance"].filter((name) => !names.has(name)).map((name) => `cannot choose its ${name}`),
    ...choices.flatMap((choice) => [
      ...unless(choice.datasource?.uid === chosenSource, `looks for ${choice.name} in another data source`),
      ...unless(choice.multi === true && choice.includeAll === true, `offers no choice of several or all of ${choice.name}`),
      ...unless(choice.refresh === VariableRefresh.OnTimeRangeChanged, `does not look for new values of ${choice.name}`),
      ...unless(/^label_values\(\w+(\{job=~"\$job"\})?, (job|instance)\)$/.test(choice.definition ?? ""), `asks for ${choice.name} in an unknown way`),
    ]),
  ];
}

function annotationFaults({ annotations }: Dashboard): string[] {
  const list = annotations.list ?? [];
  return [
    ...["Restarts", "Deploys", "Incidents"].filter((name) => !list.some((each) => each.name === name && each.enable)).map((name) => `does not mark ${name}`),
    ...list.filter(({ datasource }) => datasource?.uid !== chosenSource).map(({ name }) => `looks for ${name} in another data source`),
  ];
}

function gridFaults(panels: readonly (Panel | RowPanel)[]): string[] {
  const placed = panels.map(({ title = "", gridPos }) => ({ title, at: gridPos as GridPos }));
  const overlaps = (a: GridPos, b: GridPos): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  return placed.flatMap(({ title, at }, index) => [
    ...unless(at.x >= 0 && at.x + at.w <= gridColumns, `"${title}" reaches beyond the grid`),
    ...placed
      .slice(index + 1)
      .filter((other) => overlaps(at, other.at))
      .map((other) => `"${title}" overlaps "${other.title}"`),
  ]);
}

function panelFaults(panel: Panel, facts: QueryFacts): string[] {
  const { title = "", description = "", fieldConfig, datasource } = panel;
  const targets = targetsOf(panel);
  const unit = fieldConfig?.defaults.unit;
  return [
    ...unless(title !== "" && title.length <= titleMost, `has a title of ${title.length} characters`),
    ...unless(description.length >= descriptionLeast && description.endsWith("."), "does not say what it shows and what to do"),
    ...unless(unit !== undefined && units.has(unit), `has the unit ${unit}`),
    ...unless(datasource?.uid === chosenSource && targets.every((target) => target.datasource?.uid === chosenSource), "asks another data source"),
    ...unless(targets.length > 0, "asks nothing"),
    ...unless(
      targets.every(({ legendFormat = "" }) => legendFormat !== ""),
      "has a query without a legend",
    ),
    ...repeated(targets.map(({ refId = "" }) => refId)).map((refId) => `has two queries ${refId}`),
    ...targets.flatMap(({ refId, expr }) => findQueryFaults(expr, facts).map((fault) => `query ${refId} ${fault}`)),
  ];
}
