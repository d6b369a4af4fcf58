import type { Evidence, Incident, IncidentAlert, TimelineEntry } from "../../storage/desk/incident-store.ts";
import type { SimilarIncident, StoredChart } from "../incidents/capture-evidence.ts";
import type { IncidentImpact } from "../views.ts";
import { chartSvg } from "./chart-svg.ts";
import { spanText, utc } from "./time-text.ts";

export interface PostmortemSources {
  readonly incident: Incident;
  readonly alerts: readonly IncidentAlert[];
  readonly timeline: readonly TimelineEntry[];
  readonly evidence: readonly Evidence[];
  readonly impact: IncidentImpact;
}

/** Charts that a draft shows. */
const chartsMost = 4;

/** The first draft of a post-mortem, in Markdown: what the timeline and the evidence say, and questions where only people know. */
export function draftPostmortem(sources: PostmortemSources): string {
  const { incident } = sources;
  const sections: [title: string, body: string][] = [
    ["Summary", summary(sources)],
    ["Impact", impact(sources)],
    ["Detection, response, recovery", times(incident)],
    ["Timeline", timeline(sources.timeline)],
    ["Graphs", graphs(sources)],
    ["Contributing changes", changes(sources.evidence)],
    ["What failed, by the logs", logErrors(sources.evidence)],
    ["Contributing factors", "_Five whys: why did it fail, and why could it? Write causes, not people._"],
    ["What went well", wentWell(sources)],
    ["What went badly", wentBadly(incident)],
    ["Earlier incidents of this kind", similar(sources.evidence)],
    ["Actions", "_What will be changed so that this is noticed sooner, ends sooner, or does not happen again. Each with an owner and a date._"],
  ];
  return [`# INC-${incident.id}: ${incident.title}`, ...sections.map(([title, body]) => `## ${title}\n\n${body}`)].join("\n\n") + "\n";
}

function summary({ incident, alerts }: PostmortemSources): string {
  const names = [...new Set(alerts.map(({ name }) => name))];
  const first = alerts[0]?.annotations["impact"];
  const lasted = incident.resolvedAtMs === null ? "It is not resolved yet." : `It lasted ${spanText(incident.resolvedAtMs - incident.impactStartedAtMs)}.`;
  return [
    `${incident.isDrill ? "This was a drill. " : ""}From ${utc(incident.impactStartedAtMs)} on, ${lowerFirst(incident.title)}. ${lasted}`,
    ...(first ? [first] : []),
    ...(names.length > 0 ? [`Noticed by ${names.join(", ")}.`] : ["Declared by a person."]),
  ].join("\n");
}

function impact({ impact: { failedRequests, budgetSpent }, incident }: PostmortemSources): string {
  return [
    `- Failed or slow requests: ${failedRequests === null ? "not measured" : Math.round(failedRequests).toLocaleString("en")}`,
    `- Error budget spent: ${budgetSpent === null ? "not measured" : `${(budgetSpent * 100).toFixed(2)} % of its period`}`,
    `- Service: ${incident.service}${incident.slo ? `, objective ${incident.slo}` : ""}`,
  ].join("\n");
}

function times({ impactStartedAtMs, openedAtMs, acknowledgedAtMs, mitigatedAtMs, resolvedAtMs }: Incident): string {
  const row = (name: string, atMs: number | null, fromMs: number): string =>
    `| ${name} | ${atMs === null ? "never" : utc(atMs)} | ${atMs === null ? "" : spanText(atMs - fromMs)} |`;
  return [
    "| step | at | after |",
    "|---|---|---|",
    row("impact began", impactStartedAtMs, impactStartedAtMs),
    row("detected (incident opened)", openedAtMs, impactStartedAtMs),
    row("acknowledged", acknowledgedAtMs, openedAtMs),
    row("mitigated", mitigatedAtMs, openedAtMs),
    row("resolved", resolvedAtMs, impactStartedAtMs),
  ].join("\n");
}

function timeline(entries: readonly TimelineEntry[]): string {
  const rows = entries.map(({ atMs, kind, author, text }) => `| ${utc(atMs)} | ${kind.replaceAll("_", " ")} | ${author ?? "desk"} | ${cell(text)} |`);
  return ["| UTC | event | who | what |", "|---|---|---|---|", ...rows].join("\n");
}

function graphs({ evidence, incident }: PostmortemSources): string {
  const charts = (evidence.find(({ kind }) => kind === "signals")?.content ?? []) as readonly StoredChart[];
  if (charts.length === 0) return "_No signals were captured._";
  return charts
    .slice(0, chartsMost)
    .map((chart) => `**${chart.title} · ${chart.unit}**\n\n${chartSvg(chart, { markMs: incident.impactStartedAtMs })}`)
    .join("\n\n");
}

function changes(evidence: readonly Evidence[]): string {
  const found = (evidence.find(({ kind }) => kind === "changes")?.content ?? []) as readonly { atMs: number; text: string }[];
  if (found.length === 0) return "No deploy, restart, change of settings or import was seen in the hour before.";
  return found.map(({ atMs, text }) => `- ${utc(atMs)}: ${text}`).join("\n");
}

function logErrors(evidence: readonly Evidence[]): string {
  const errors = (evidence.find(({ kind }) => kind === "log_errors")?.content ?? []) as readonly { text: string; count: number }[];
  const routes = (evidence.find(({ kind }) => kind === "failing_routes")?.content ?? []) as readonly { route: string; perSecond: number }[];
  const lines = [
    ...errors.map(({ text, count }) => `- ${count} × ${cell(text)}`),
    ...routes.map(({ route, perSecond }) => `- ${route}: ${perSecond.toFixed(2)} failures a second`),
  ];
  return lines.length === 0 ? "No error lines and no failing routes were captured." : lines.join("\n");
}

function wentWell({ incident, timeline: entries }: PostmortemSources): string {
  const lines = [`- Detected by itself ${spanText(incident.openedAtMs - incident.impactStartedAtMs)} after it began.`];
  if (incident.acknowledgedAtMs !== null)
    lines.push(`- Acknowledged by ${incident.acknowledgedBy} after ${spanText(incident.acknowledgedAtMs - incident.openedAtMs)}.`);
  const steps = entries.filter(({ kind }) => kind === "runbook_step").length;
  if (steps > 0) lines.push(`- The runbook was followed: ${steps} steps ticked.`);
  return lines.join("\n");
}

function wentBadly({ acknowledgedAtMs }: Incident): string {
  const lines = acknowledgedAtMs === null ? ["- Nobody acknowledged it."] : [];
  return [...lines, "- _What took longer than it should have, and what was missing?_"].join("\n");
}

function similar(evidence: readonly Evidence[]): string {
  const found = (evidence.find(({ kind }) => kind === "similar")?.content ?? []) as readonly SimilarIncident[];
  if (found.length === 0) return "None.";
  return found
    .map(({ id, title, openedAtMs, fixedBy }) => `- INC-${id}, ${utc(openedAtMs)}: ${title}${fixedBy.length > 0 ? ` (${fixedBy.map(cell).join("; ")})` : ""}`)
    .join("\n");
}

/** Text as a table's cell or a list's line holds it. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 300);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
