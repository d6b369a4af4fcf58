import type { IncidentView } from "../../src/desk/views.ts";
import type { Evidence, Incident, IncidentAlert, TimelineEntry, TimelineKind } from "../../src/storage/desk/incident-store.ts";
import { storedCharts } from "./desk-series.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const blank = {
  severity: "page",
  service: "link-service",
  slo: "redirect-availability",
  isDrill: false,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  mitigatedAtMs: null,
  resolvedAtMs: null,
  reviewedAtMs: null,
  mergedInto: null,
  publicPhase: null,
  version: 1,
} as const;

const over = (openedAtMs: number, lastedMs: number, by: string): Partial<Incident> => ({
  openedAtMs,
  impactStartedAtMs: openedAtMs - 2 * minuteMs,
  acknowledgedAtMs: openedAtMs + 3 * minuteMs,
  acknowledgedBy: by,
  mitigatedAtMs: openedAtMs + lastedMs / 2,
  resolvedAtMs: openedAtMs + lastedMs,
});

/** Incidents of the last weeks; the newest two are not over while something burns. */
export function deskIncidents(nowMs: number, isBurning: boolean): Incident[] {
  const make = (id: number, title: string, change: Partial<Incident>): Incident => ({
    ...blank,
    id,
    title,
    groupKey: `link-service/${id}`,
    state: "reviewed",
    openedAtMs: nowMs - dayMs,
    impactStartedAtMs: nowMs - dayMs,
    ...change,
  });
  const burning = [
    make(13, "Redirect error budget burning", { state: "open", openedAtMs: nowMs - 4 * minuteMs, impactStartedAtMs: nowMs - 7 * minuteMs }),
    make(12, "Disk of links-2 fills within four days", {
      state: "acknowledged",
      severity: "ticket",
      slo: null,
      openedAtMs: nowMs - 3 * hourMs,
      impactStartedAtMs: nowMs - 3 * hourMs,
      acknowledgedAtMs: nowMs - 2 * hourMs,
      acknowledgedBy: "Ada Lind",
    }),
  ];
  return [
    ...(isBurning ? burning : []),
    make(11, "Latency budget burning", { state: "resolved", slo: "redirect-latency", ...over(nowMs - 6 * dayMs, 41 * minuteMs, "Noor Haddad") }),
    make(10, "Link service down", { state: "reviewed", isDrill: true, ...over(nowMs - 9 * dayMs, 6 * minuteMs, "Ada Lind"), reviewedAtMs: nowMs - 8 * dayMs }),
    make(9, "Mail is not delivered", {
      state: "reviewed",
      severity: "ticket",
      service: "monitoring",
      slo: null,
      ...over(nowMs - 20 * dayMs, 5 * hourMs, "Ada Lind"),
    }),
    make(8, "Redirect error budget burning", { state: "reviewed", ...over(nowMs - 31 * dayMs, 22 * minuteMs, "Noor Haddad") }),
  ];
}

export function deskTimeline(incident: Incident): TimelineEntry[] {
  let id = incident.id * 1_000;
  const entry = (afterMs: number, kind: TimelineKind, text: string, author: string | null = null): TimelineEntry => ({
    id: ++id,
    incidentId: incident.id,
    atMs: incident.openedAtMs + afterMs,
    kind,
    author,
    text,
    details: {},
  });
  const story = [
    entry(0, "opened", `RedirectErrorBudgetBurn: ${incident.title}`),
    entry(0, "alert_fired", "RedirectErrorBudgetBurn (page): 1.9 % of redirects fail, limit 1.44 %"),
    entry(400, "evidence_captured", "evidence of the last hour captured"),
    entry(1_800, "notified", "first mail to oncall@example.org: 250 2.0.0 Ok: queued as 4F1A22C0"),
    entry(62_000, "alert_fired", "StoreErrors (page): 4.1 store errors a second, limit 0"),
  ];
  if (incident.acknowledgedAtMs === null) return story;
  return [
    ...story,
    entry(incident.acknowledgedAtMs - incident.openedAtMs, "acknowledged", "acknowledged", incident.acknowledgedBy),
    entry(
      incident.acknowledgedAtMs - incident.openedAtMs + minuteMs,
      "note",
      "`links-2` has the lock. A **backup** started at 14:01:\n\n- it holds a read transaction\n- checkpoints wait",
      incident.acknowledgedBy,
    ),
  ];
}

export function deskAlerts({ id, openedAtMs, resolvedAtMs, slo }: Incident): IncidentAlert[] {
  const alert = (name: string, labels: Record<string, string>): IncidentAlert => ({
    incidentId: id,
    fingerprint: `${name}-${id}`,
    name,
    labels: { alertname: name, job: "link-service", ...labels },
    annotations: { impact: "People who follow short links get an error page instead of their destination." },
    startsAtMs: openedAtMs,
    endsAtMs: resolvedAtMs,
  });
  return slo === null
    ? [alert("DiskFilling", { instance: "links-2" })]
    : [alert("RedirectErrorBudgetBurn", { slo, severity: "page" }), alert("StoreErrors", { code: "store_busy" })];
}

export function deskEvidence(incident: Incident): Evidence[] {
  const { id, openedAtMs, impactStartedAtMs } = incident;
  const part = (kind: Evidence["kind"], content: unknown): Evidence => ({ incidentId: id, kind, capturedAtMs: openedAtMs + 400, content });
  return [
    part("signals", storedCharts(openedAtMs, impactStartedAtMs)),
    part("log_errors", [
      { text: "store refused: database is locked", count: 1_204 },
      { text: "request failed store_busy", count: 391 },
      { text: "<img src=x onerror=alert(1)> is not a code", count: 3 },
    ]),
    part("failing_routes", [
      { route: "/:code", perSecond: 6.2 },
      { route: "/urls", perSecond: 0.4 },
    ]),
    part("changes", [
      { atMs: impactStartedAtMs - 3 * minuteMs, text: "links-2: version 0.4.0 became 0.4.1" },
      { atMs: impactStartedAtMs - 40 * minuteMs, text: "import of 2 000 links by marketing" },
    ]),
    part("similar", [
      {
        id: 8,
        title: "Redirect error budget burning",
        openedAtMs: openedAtMs - 31 * dayMs,
        lastedMs: 22 * minuteMs,
        fixedBy: ["Ended the backup that held the store", "Moved backups to 03:00"],
      },
    ]),
  ];
}

export function deskIncidentView(incident: Incident, timeline: readonly TimelineEntry[]): IncidentView {
  return {
    incident,
    alerts: deskAlerts(incident),
    timeline,
    evidence: deskEvidence(incident),
    impact: incident.slo === null ? { failedRequests: null, budgetSpent: null } : { failedRequests: 1_612, budgetSpent: 0.031 },
    runbooks: incident.slo === null ? ["DiskFilling"] : ["RedirectErrorBudgetBurn", "StoreErrors"],
    similar: [],
  };
}
