import type { Incident, TimelineEntry } from "../../storage/desk/incident-store.ts";
import type { Drill } from "../../storage/desk/review-store.ts";
import type { Scenario } from "./scenarios.ts";

/** One incident that a drill caused, with its story. */
export interface DrillIncident {
  readonly incident: Pick<Incident, "severity" | "title" | "resolvedAtMs">;
  readonly timeline: readonly Pick<TimelineEntry, "atMs" | "kind" | "text" | "details">[];
}

export interface DrillFacts {
  readonly scenario: Pick<Scenario, "expected" | "also">;
  /** When the fault began, and ended, in milliseconds since 1970. */
  readonly faultAtMs: number;
  readonly endedAtMs: number;
  readonly incidents: readonly DrillIncident[];
  /** Whether there is anybody to tell. */
  readonly isTelling: boolean;
}

export type DrillScore = Pick<Drill, "detectedMs" | "mailedMs" | "recoveredMs" | "falsePages"> & {
  readonly passed: boolean;
  /** What kept it from passing, and what a reader should know, in sentences. */
  readonly note: string;
};

type Entry = DrillIncident["timeline"][number];

const alertOf = ({ kind, details }: Entry): string | null =>
  (kind === "opened" || kind === "alert_fired" || kind === "reopened") && typeof details["alert"] === "string" ? details["alert"] : null;

/** Names of the alerts that fired in an incident, each once. */
function alertsOf({ timeline }: DrillIncident): string[] {
  return [...new Set(timeline.flatMap((entry) => alertOf(entry) ?? []))];
}

/** The messages of one kind that left, each by its key: one for each recipient and occurrence. */
function told({ timeline }: DrillIncident, reason: "first" | "recovery"): Entry[] {
  return timeline.filter(({ kind, details }) => kind === "notified" && String(details["key"]).split("/")[1] === reason);
}

/** Whether people were told that an incident is over of which they were told that it began. */
export function isEndTold({ faultAtMs, incidents }: Pick<DrillFacts, "faultAtMs" | "incidents">): boolean {
  const since = (entries: readonly Entry[]): number => entries.filter(({ atMs }) => atMs >= faultAtMs).length;
  return incidents.every((each) => since(told(each, "recovery")) >= since(told(each, "first")));
}

/** How a drill went, by what the desk wrote down about it since the fault. */
export function scoreDrill(facts: DrillFacts): DrillScore {
  const { scenario, faultAtMs, isTelling } = facts;
  const incidents = facts.incidents.map(({ incident, timeline }) => ({ incident, timeline: timeline.filter(({ atMs }) => atMs >= faultAtMs) }));
  const isDue = scenario.expected.length > 0;
  const known = new Set([...scenario.expected, ...scenario.also]);
  const own = incidents.filter((each) => alertsOf(each).some((name) => scenario.expected.includes(name)));
  const since = (atMs: number | undefined): number | null => (atMs === undefined ? null : atMs - faultAtMs);

  const detectedMs = since(first(own.flatMap(({ timeline }) => timeline.filter((entry) => scenario.expected.includes(alertOf(entry) ?? "")))));
  const mailedMs = since(first(own.flatMap((each) => told(each, "first"))));
  const ends = own.map(({ timeline }) => timeline.find(({ kind }) => kind === "resolved")?.atMs);
  const recoveredMs = own.length > 0 && ends.every((atMs) => atMs !== undefined) ? since(Math.max(...ends)) : null;
  const isEndUntold = isTelling && mailedMs !== null && !isEndTold(facts);
  const strayPages = incidents.filter((each) => each.incident.severity === "page" && !own.includes(each) && alertsOf(each).length > 0);
  const repeats = own.reduce((sum, each) => sum + repeated(each), 0);
  const strays = [...new Set(incidents.flatMap(alertsOf))].filter((name) => !known.has(name));

  const faults = isDue
    ? [
        ...(detectedMs === null ? ["No incident was opened for it."] : []),
        ...(isTelling && detectedMs !== null && mailedMs === null ? ["Nobody was told."] : []),
        ...(detectedMs !== null && recoveredMs === null ? ["The incident did not end with the fault."] : []),
        ...(recoveredMs !== null && isEndUntold ? ["Nobody was told of its end."] : []),
        ...(repeats > 0 ? ["It was told more than once."] : []),
      ]
    : [];
  const remarks = [
    ...(strayPages.length > 0 ? [`Paged for ${strayPages.map(({ incident }) => incident.title).join("; ")}.`] : []),
    ...(strays.length > 0 ? [`Alerts that do not belong to it: ${strays.join(", ")}.`] : []),
    ...(isTelling || !isDue ? [] : ["No channel is set, so nobody could be told."]),
    ...(isDue ? [`The fault lasted ${((facts.endedAtMs - faultAtMs) / 1_000).toFixed(1)} s.`] : []),
  ];
  const falsePages = strayPages.length + repeats;
  return { detectedMs, mailedMs, recoveredMs, falsePages, passed: faults.length === 0 && falsePages === 0, note: [...faults, ...remarks].join(" ") };
}

function first(entries: readonly Entry[]): number | undefined {
  return entries.length === 0 ? undefined : Math.min(...entries.map(({ atMs }) => atMs));
}

/** Times that a recipient was told of the beginning of an incident, beyond the first. */
function repeated(incident: DrillIncident): number {
  const beginnings = new Set(told(incident, "first").map(({ details }) => String(details["key"]).split("/")[2]));
  return Math.max(0, beginnings.size - 1);
}
