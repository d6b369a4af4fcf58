import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { promDuration } from "../../../src/alerting/promql.ts";
import { realTime } from "../../../src/alerting/time-scale.ts";
import type { BoardDefinition } from "./board-definition.ts";
import { buildPanel, dataSource } from "./build-panel.ts";

/** Model that Grafana 11 and all later ones read; a later one lifts it by itself. */
const schemaVersion = 39;
/** Tag of every board. */
const tag = "srenity";

/** A dashboard of Grafana, with links to `others`. `runbooks` is the address that the name of an alert is appended to. */
export function buildBoard(board: BoardDefinition, others: readonly BoardDefinition[], runbooks: string): Dashboard {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags([tag])
    .readonly()
    .tooltip(DashboardCursorSync.Tooltip)
    .time({ from: "now-1h", to: "now" })
    .refresh(promDuration(realTime.intervalS))
    .variables(variablesOf(board))
    .annotations(annotations())
    .links(others.map((other) => linkTo(other, board)));
  let id = 0;
  for (const { title, panels } of board.sections) {
    builder.withRow(new RowBuilder(title).id((id += 1)));
    for (const panel of panels) builder.withPanel(buildPanel(panel, (id += 1), runbooks));
  }
  return { ...inPlainSight(builder.build()), schemaVersion };
}

/** The builders put every link and every annotation into a menu that newer versions fold away; these belong in sight. */
function inPlainSight({ links = [], annotations, ...dashboard }: Dashboard): Dashboard {
  const unfolded = <T extends { placement?: unknown }>({ placement: _, ...rest }: T): Omit<T, "placement"> => rest;
  const panels = (dashboard.panels ?? []).map((panel) => ("links" in panel && panel.links ? { ...panel, links: panel.links.map(unfolded) } : panel));
  return { ...dashboard, panels, links: links.map(unfolded), annotations: { list: (annotations.list ?? []).map(unfolded) } };
}

/**
 * `All` stands for every choice offered, not for `.+`: the metrics of processes are exposed by Prometheus and Alertmanager as well,
 * and would be mixed with those of the link service.
 */
function variablesOf({ chosenFrom }: BoardDefinition): (DatasourceVariableBuilder | QueryVariableBuilder)[] {
  const choice = (label: string, query: string): QueryVariableBuilder =>
    new QueryVariableBuilder(label)
      .label(`${label.charAt(0).toUpperCase()}${label.slice(1)}`)
      .datasource(dataSource)
      .query({ query, refId: label })
      .definition(query)
      .multi(true)
      .includeAll(true)
      .current({ text: ["All"], value: ["$__all"] })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc);
  return [
    new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus").multi(false).includeAll(false),
    choice("job", `label_values(${chosenFrom}, job)`),
    choice("instance", `label_values(${chosenFrom}{job=~"$job"}, instance)`),
  ];
}

/** Carries the chosen times over, and the chosen jobs and instances where both boards offer the same. */
function linkTo(other: BoardDefinition, from: BoardDefinition): DashboardLinkBuilder {
  return new DashboardLinkBuilder(other.title)
    .type(DashboardLinkType.Link)
    .url(`/d/${other.uid}`)
    .tooltip(other.description)
    .keepTime(true)
    .includeVars(other.chosenFrom === from.chosenFrom);
}

interface Marks {
  readonly name: string;
  readonly color: string;
  readonly expression: string;
  readonly title: string;
  readonly text: string;
  /** Whether the value is the moment, in milliseconds; otherwise a mark lasts as long as there are samples. */
  readonly isMoment: boolean;
}

const startMs = `max by (job, instance, version) (process_start_time_seconds * on (job, instance) group_left (version) srenity_build_info) * 1000`;

const marks: readonly Marks[] = [
  { name: "Restarts", color: "blue", expression: startMs, title: "Started", text: "{{instance}} runs version {{version}}", isMoment: true },
  {
    name: "Deploys",
    color: "purple",
    // What runs a version that no instance of the job ran five minutes earlier.
    expression: `(${startMs}) unless on (job, version) (srenity_build_info offset 5m)`,
    title: "Deployed {{version}}",
    text: "first seen on {{instance}}",
    isMoment: true,
  },
  {
    name: "Incidents",
    color: "red",
    expression: `max by (alertname, slo) (ALERTS{alertstate="firing", severity="page"})`,
    title: "{{alertname}}",
    text: "{{slo}}",
    isMoment: false,
  },
];

function annotations(): AnnotationQueryBuilder[] {
  return marks.map(({ name, color, expression, title, text, isMoment }) =>
    new AnnotationQueryBuilder()
      .name(name)
      .enable(true)
      .iconColor(color)
      .datasource(dataSource)
      .target(new DataqueryBuilder().refId(name).datasource(dataSource).expr(expression))
      .expr(expression)
      .step(promDuration(realTime.intervalS))
      .titleFormat(title)
      .textFormat(text)
      .tagKeys("alertname,version")
      .useValueForTime(isMoment),
  );
}
