import type { Severity } from "../alerting/alert-definition.ts";
import type { Evidence, Incident, IncidentAlert, TimelineEntry } from "../storage/desk/incident-store.ts";

/** What the desk's API answers and its pages show. Times are in milliseconds since 1970. */

export type Verdict = "good" | "warning" | "bad" | "unknown";

/** GET /api/now: the first screen. */
export interface NowView {
  readonly nowMs: number;
  readonly version: string;
  readonly verdict: { readonly state: Verdict; readonly sentence: string; readonly sinceMs: number | null };
  readonly objectives: readonly ObjectiveView[];
  readonly incidents: readonly Incident[];
  readonly alerts: readonly AlertView[];
  readonly targets: readonly TargetView[];
  readonly mail: { readonly isOk: boolean; readonly lastSentAtMs: number | null; readonly waiting: number; readonly fault: string | null };
  readonly silences: number;
}

export interface ObjectiveView {
  readonly name: string;
  readonly title: string;
  /** Share of good requests that is promised, and seen over the period; null without measurements. */
  readonly target: number;
  readonly goodShare: number | null;
  readonly periodDays: number;
  /** Share of the error budget that is left, from 1 downwards; below 0 it is overspent. */
  readonly budgetLeft: number | null;
  /** Times as fast as would spend the budget exactly, by window. */
  readonly burnRates: Readonly<Record<string, number | null>>;
  readonly alert: string;
}

export interface AlertView {
  readonly name: string;
  readonly severity: Severity;
  readonly service: string;
  readonly slo: string | null;
  readonly state: "inactive" | "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly impact: string;
  readonly action: string;
  /** Value and limit as a person reads them. */
  readonly value: string | null;
  readonly limit: string;
  readonly activeAtMs: number | null;
  readonly lastFiredAtMs: number | null;
  readonly isSilenced: boolean;
  readonly isInhibited: boolean;
  readonly condition: string;
  readonly runbook: string;
}

export interface TargetView {
  readonly instance: string;
  readonly address: string;
  readonly isUp: boolean;
  readonly reason: string | null;
  readonly scrapedAtMs: number | null;
  readonly scrapeMs: number | null;
  readonly samples: number;
  readonly version: string | null;
  readonly startedAtMs: number | null;
  readonly probes: readonly { readonly name: string; readonly isOk: boolean; readonly reason: string | null; readonly durationMs: number | null }[];
}

/** GET /api/series: aligned points; null is a gap. */
export interface SeriesView {
  readonly timesMs: readonly number[];
  readonly stepMs: number;
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly values: readonly (number | null)[] }[];
  /** Deploys, restarts and incidents within the span. */
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly kind: "deploy" | "restart" | "incident";
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly text: string;
  readonly incidentId: number | null;
}

/** GET /api/incidents/:id. */
export interface IncidentView {
  readonly incident: Incident;
  readonly alerts: readonly IncidentAlert[];
  readonly timeline: readonly TimelineEntry[];
  readonly evidence: readonly Evidence[];
  readonly impact: IncidentImpact;
  readonly runbooks: readonly string[];
  readonly similar: readonly Incident[];
}

export interface IncidentImpact {
  /** Requests that failed or were slow since the impact began; null without measurements. */
  readonly failedRequests: number | null;
  /** Share of the period's error budget that went. */
  readonly budgetSpent: number | null;
}

export interface ActionView {
  readonly id: number;
  readonly incidentId: number;
  readonly text: string;
  readonly owner: string | null;
  readonly dueAtMs: number | null;
  readonly doneAtMs: number | null;
}

/** GET /api/incidents/:id/postmortem. */
export interface PostmortemView {
  readonly incidentId: number;
  /** Markdown. */
  readonly text: string;
  readonly isDraft: boolean;
  readonly savedAtMs: number | null;
  readonly savedBy: string | null;
  readonly actions: readonly ActionView[];
  /** Grows with every save; a save names the version it saw. */
  readonly version: number;
}

/** One row of GET /api/reports: a month in figures. Durations are in milliseconds. */
export interface MonthView {
  /** `2026-11`. */
  readonly month: string;
  readonly incidents: number;
  readonly timeToDetect: Spread;
  readonly timeToAcknowledge: Spread;
  readonly timeToResolve: Spread;
  readonly falsePages: number;
  readonly pages: number;
  readonly budgetSpent: Readonly<Record<string, number | null>>;
}

export interface Spread {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  readonly excluded: number;
}

export interface LogLineView {
  readonly atMs: number;
  readonly level: string;
  readonly message: string;
  readonly route: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly instance: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface SilenceView {
  readonly id: number;
  readonly matchers: Readonly<Record<string, string>>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly author: string;
  readonly comment: string;
}

export interface ChannelView {
  readonly name: string;
  readonly kind: "mail" | "slack" | "discord" | "teams" | "ntfy" | "webhook";
  /** Where it leads, without secrets. */
  readonly target: string;
  readonly lastSentAtMs: number | null;
  readonly lastFault: string | null;
}

export interface DrillView {
  readonly id: number;
  readonly scenario: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Durations from the fault, in milliseconds; null where it did not happen. */
  readonly detectedMs: number | null;
  readonly mailedMs: number | null;
  readonly recoveredMs: number | null;
  readonly falsePages: number;
  readonly passed: boolean | null;
  readonly note: string;
}
