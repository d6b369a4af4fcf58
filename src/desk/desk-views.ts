import { budgetOf, requestsRate, badRate } from "../alerting/burn-rate.ts";
import type { Matcher } from "../alerting/expression.ts";
import { objectives } from "../alerting/objectives.ts";
import type { DeskNotesStore } from "../storage/desk/desk-notes-store.ts";
import type { Incident, IncidentStore } from "../storage/desk/incident-store.ts";
import type { OutboxStore } from "../storage/desk/outbox-store.ts";
import type { ReviewStore } from "../storage/desk/review-store.ts";
import { type AlertViewParts, alertViews } from "./alerts/alert-views.ts";
import { averageOver, incidentImpact, sumOver } from "./incident-impact.ts";
import { findSimilar } from "./incidents/capture-evidence.ts";
import { objectiveViews } from "./objective-views.ts";
import { draftPostmortem } from "./postmortem/draft-postmortem.ts";
import { monthReport } from "./postmortem/month-report.ts";
import type { SignalHistory } from "./series/signal-history.ts";
import { targetViews } from "./target-views.ts";
import { verdictOf } from "./verdict.ts";
import type { AlertView, IncidentView, Mark, MonthView, NowView, ObjectiveView, PostmortemView, SeriesView, TargetView } from "./views.ts";
import type { TargetList } from "./watch/target-list.ts";

export interface DeskViewsParts extends AlertViewParts {
  readonly version: string;
  readonly history: SignalHistory;
  /** What is measured of the instance of a drill; null when none runs. */
  drillHistory(): Pick<SignalHistory, "query"> | null;
  readonly incidents: IncidentStore;
  readonly notes: DeskNotesStore;
  readonly reviews: ReviewStore;
  readonly outbox: OutboxStore;
  readonly targets: TargetList;
  /** Null when nothing is mailed. */
  readonly mailChannel: string | null;
  readonly intervalMs: number;
  readonly nowMs: () => number;
  /** Whether the desk evaluates and stores. */
  isWell(): boolean;
}

export interface SeriesQuery {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly pointsMost: number;
}

/** What pages and clients are shown; every answer is made of what is stored or measured at that moment. */
export interface DeskViews {
  now(): NowView;
  series(query: SeriesQuery): SeriesView;
  /** Null for an incident that does not exist. */
  incident(id: number): IncidentView | null;
  postmortem(id: number): PostmortemView | null;
  objectives(): ObjectiveView[];
  alerts(): AlertView[];
  targets(): TargetView[];
  months(): MonthView[];
}

/** Incidents on the first screen, incidents drawn on a chart, and incidents in the reports. */
const currentMost = 50;
const marksMost = 200;
const reportedMost = 5_000;
/** Intervals without a look at a target after which the measurements are old. */
const staleIntervals = 6;
const dayMs = 86_400_000;
/** How far back the reports go, in milliseconds. */
const reportedSpanMs = 400 * dayMs;

/** Makes the views of a desk. */
export function createDeskViews(parts: DeskViewsParts): DeskViews {
  const { history, incidents, reviews, nowMs } = parts;
  const targets = (): TargetView[] => targetViews(parts.targets.states());
  const incident = (id: number): IncidentView | null => {
    const found = incidents.find(id);
    return found ? incidentView(parts, found) : null;
  };
  return {
    now: () => nowView(parts, targets()),
    series: ({ name, matchers, fromMs, toMs, pointsMost }) => {
      const { timesMs, stepMs, series } = history.query({ name, matchers, fromMs, toMs, pointsMost });
      return { timesMs, stepMs, series: series.map(({ labels, values }) => ({ labels, values })), marks: marksOf(parts, fromMs, toMs) };
    },
    incident,
    postmortem: (id) => {
      const view = incident(id);
      if (view === null) return null;
      const saved = reviews.postmortem(id);
      const actions = reviews.actions({ incidentId: id }).toReversed();
      const text = saved?.text ?? draftPostmortem(view);
      return {
        incidentId: id,
        text,
        isDraft: saved === null,
        savedAtMs: saved?.savedAtMs ?? null,
        savedBy: saved?.savedBy ?? null,
        actions,
        version: saved?.version ?? 0,
      };
    },
    objectives: () => objectiveViews(history, nowMs()),
    alerts: () => alertViews(parts, nowMs()),
    targets,
    months: () => {
      const listed = incidents.list({ fromMs: nowMs() - reportedSpanMs, limit: reportedMost });
      return monthReport(listed, (month) => spentIn(history, month, nowMs()));
    },
  };
}

function nowView(parts: DeskViewsParts, targets: TargetView[]): NowView {
  const nowMs = parts.nowMs();
  const incidents = parts.incidents.list({ states: ["open", "acknowledged", "mitigated"], limit: currentMost });
  const alerts = alertViews(parts, nowMs).filter(({ state, severity }) => state !== "inactive" && severity !== "heartbeat");
  const record = parts.mailChannel === null ? null : parts.outbox.channelRecord(parts.mailChannel);
  const fault = parts.mailChannel === null ? "no mail server is set" : (record?.lastFault ?? null);
  const mail = {
    isOk: parts.mailChannel === null || fault === null,
    lastSentAtMs: record?.lastSentAtMs ?? null,
    waiting: parts.outbox.counts().waiting,
    fault,
  };
  const seen = targets.flatMap(({ scrapedAtMs }) => scrapedAtMs ?? []);
  const freshAtMs = seen.length === 0 ? null : Math.max(...seen);
  const staleAfterMs = staleIntervals * parts.intervalMs;
  return {
    nowMs,
    version: parts.version,
    verdict: verdictOf({ incidents, alerts, targets, mail, freshAtMs, staleAfterMs, isWell: parts.isWell(), nowMs }),
    objectives: objectiveViews(parts.history, nowMs),
    incidents,
    alerts,
    targets,
    mail,
    silences: parts.silences(nowMs).length,
  };
}

function incidentView(parts: DeskViewsParts, incident: Incident): IncidentView {
  const { incidents, history, nowMs } = parts;
  const alerts = incidents.alerts(incident.id);
  const measured = incident.isDrill ? parts.drillHistory() : history;
  return {
    incident,
    alerts,
    timeline: incidents.timeline(incident.id),
    evidence: incidents.evidence(incident.id),
    impact: measured === null ? unmeasured : incidentImpact(measured, incident, nowMs()),
    runbooks: [...new Set(alerts.flatMap(({ annotations, name }) => runbookOf(annotations["runbook_url"]) ?? name))],
    similar: findSimilar(incidents, incident).flatMap(({ id }) => incidents.find(id) ?? []),
  };
}

/** Measurements of a drill are gone with its instance. */
const unmeasured = { failedRequests: null, budgetSpent: null };

/** The name at the end of a runbook's address. */
function runbookOf(address: string | undefined): string | null {
  return /\/([A-Za-z0-9]{1,64})$/.exec(address ?? "")?.[1] ?? null;
}

function marksOf({ incidents, notes }: DeskViewsParts, fromMs: number, toMs: number): Mark[] {
  const changes = notes.changes({ fromMs, toMs }).map(({ kind, atMs, text }): Mark => ({ kind, fromMs: atMs, toMs: null, text, incidentId: null }));
  const during = incidents
    .list({ toMs, limit: marksMost })
    .filter(({ resolvedAtMs, mergedInto, isDrill }) => mergedInto === null && !isDrill && (resolvedAtMs ?? toMs) >= fromMs)
    .map(({ id, title, impactStartedAtMs, resolvedAtMs }): Mark => ({
      kind: "incident",
      fromMs: impactStartedAtMs,
      toMs: resolvedAtMs,
      text: title,
      incidentId: id,
    }));
  return [...changes, ...during];
}

/** Share of each objective's budget that a month (`2026-11`) spent, at its own traffic. */
function spentIn(history: SignalHistory, month: string, nowMs: number): MonthView["budgetSpent"] {
  const fromMs = Date.parse(`${month}-01T00:00:00Z`);
  const next = new Date(fromMs);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const span = { fromMs, toMs: Math.min(next.getTime(), nowMs) };
  const spent = objectives.map((objective): [string, number | null] => {
    const bad = sumOver(history, badRate, objective, span);
    const requestsPerS = averageOver(history, requestsRate, objective, span);
    if (bad === null || requestsPerS === null || requestsPerS === 0) return [objective.name, null];
    return [objective.name, bad / (requestsPerS * objective.periodDays * (dayMs / 1_000) * budgetOf(objective))];
  });
  return Object.fromEntries(spent);
}
