import type { Matcher } from "../../alerting/expression.ts";
import type { Incident, IncidentStore, PublicPhase, TimelineEntry } from "../../storage/desk/incident-store.ts";
import type { SignalHistory } from "../series/signal-history.ts";
import type { WatchTarget } from "../watch/watch-target.ts";
import { type UptimeDay, uptimeDays, uptimeOver } from "./uptime-days.ts";

export const componentNames = ["Redirects", "API"] as const;
export type ComponentName = (typeof componentNames)[number];
export type ComponentState = "operational" | "disrupted" | "unknown";

export interface StatusComponent {
  readonly name: ComponentName;
  readonly state: ComponentState;
  /** The last ninety days, the oldest first. */
  readonly days: readonly UptimeDay[];
  /** Share over the days that were measured. */
  readonly uptime: number | null;
}

export interface StatusUpdate {
  readonly atMs: number;
  readonly phase: PublicPhase;
  readonly text: string;
}

/** An incident as the public sees it: what people wrote, and nothing else. */
export interface StatusIncident {
  readonly id: number;
  readonly components: readonly ComponentName[];
  readonly phase: PublicPhase;
  readonly startedAtMs: number;
  /** The newest first. */
  readonly updates: readonly StatusUpdate[];
}

/** What the public is told. Times are in milliseconds since 1970. */
export interface PublicStatus {
  readonly state: ComponentState;
  readonly components: readonly StatusComponent[];
  readonly open: readonly StatusIncident[];
  readonly history: readonly StatusIncident[];
  readonly madeAtMs: number;
}

export interface StatusDesk {
  read(): PublicStatus;
}

export interface StatusDeskParts {
  readonly history: Pick<SignalHistory, "query">;
  readonly incidents: Pick<IncidentStore, "list" | "timeline">;
  readonly targets: readonly WatchTarget[];
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** How long an answer counts, in milliseconds: the public may be many. */
const keptMs = 15_000;
const daysShown = 90;
const dayMs = 86_400_000;
/** Points over ninety days: half an hour each. */
const pointsMost = 4_400;
/** How old a probe may be to say how things are now, in milliseconds, and the points in it. */
const freshMs = 120_000;
const freshPoints = 24;
/** Incidents that are looked through, and shown of those that are over. */
const incidentsMost = 200;
const historyMost = 30;

/** What the status page is made of. */
export function createStatusDesk(parts: StatusDeskParts): StatusDesk {
  let kept: { status: PublicStatus; atMs: number } | null = null;
  return {
    read: () => {
      const atMs = parts.monotonicMs();
      if (kept !== null && atMs - kept.atMs < keptMs) return kept.status;
      kept = { status: makeStatus(parts), atMs };
      return kept.status;
    },
  };
}

function makeStatus(parts: StatusDeskParts): PublicStatus {
  const nowMs = parts.nowMs();
  const published = parts.incidents
    .list({ limit: incidentsMost })
    .filter(({ publicPhase, isDrill, mergedInto }) => publicPhase !== null && !isDrill && mergedInto === null)
    .map((incident) => publicIncident(incident, parts.incidents.timeline(incident.id)));
  const open = published.filter(({ phase }) => phase !== "resolved");
  const components = componentNames.map((name) => componentOf(parts, { name, isReported: open.some((incident) => incident.components.includes(name)), nowMs }));
  const worst = (["disrupted", "unknown"] as const).find((state) => components.some((component) => component.state === state));
  return {
    state: worst ?? "operational",
    components,
    open,
    history: published.filter(({ phase }) => phase === "resolved").slice(0, historyMost),
    madeAtMs: nowMs,
  };
}

interface ComponentFacts {
  readonly name: ComponentName;
  /** Whether an incident that people told of is about it. */
  readonly isReported: boolean;
  readonly nowMs: number;
}

function componentOf({ history, targets }: StatusDeskParts, { name, isReported, nowMs }: ComponentFacts): StatusComponent {
  const hasCanary = targets.some(({ canary }) => canary !== null);
  const matchers = [isFor("probe", name === "Redirects" && hasCanary ? "canary" : "health"), isFor("job", "link-service-probe")];
  const query = { name: "signal:probe_success:share", matchers, toMs: nowMs };
  const fromMs = Math.floor(nowMs / dayMs) * dayMs - (daysShown - 1) * dayMs;
  const days = uptimeDays(history.query({ ...query, fromMs, pointsMost }), daysShown, nowMs);
  const recent = history
    .query({ ...query, fromMs: nowMs - freshMs, pointsMost: freshPoints })
    .series.flatMap(({ values }) => values.findLast((value) => value !== null) ?? []);
  const isServed = recent.length === 0 ? null : recent.some((value) => value > 0.5);
  const state = isReported || isServed === false ? "disrupted" : isServed === null ? "unknown" : "operational";
  return { name, state, days, uptime: uptimeOver(days) };
}

const isFor = (label: string, value: string): Matcher => ({ label, operator: "=", value });

function publicIncident({ id, slo, impactStartedAtMs, publicPhase }: Incident, timeline: readonly TimelineEntry[]): StatusIncident {
  const updates = timeline
    .filter(({ kind }) => kind === "published")
    .map(({ atMs, text, details }): StatusUpdate => ({ atMs, text, phase: details["phase"] as PublicPhase }))
    .toReversed();
  const components = slo === null ? componentNames : componentNames.filter((name) => slo.startsWith(name === "API" ? "api" : "redirect"));
  return { id, components, phase: publicPhase ?? "investigating", startedAtMs: impactStartedAtMs, updates };
}
