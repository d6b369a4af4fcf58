import type { Incident, IncidentAlert, IncidentStore, NewEntry } from "../../storage/desk/incident-store.ts";
import { changeIncident, type Step } from "./change-incident.ts";
import { type AlertChange, chooseIncident, groupKeyOf, relatedWithinMs } from "./choose-incident.ts";
import type { IncidentDeskParts } from "./incident-desk.ts";

/** Incidents that an alert may join are looked for among this many of the newest. */
const candidatesMost = 200;
const ofGroupMost = 5;
/** More alerts than this that fire are never echoes alone: there is one for each objective. */
const echoesMost = 4;

/** Takes in what alerts do: opens, joins, reopens and resolves incidents. The same news twice changes nothing. */
export function createAlertIntake(parts: IncidentDeskParts): (alert: AlertChange, nowMs: number) => Incident | null {
  const { store } = parts;

  const open = (alert: AlertChange, nowMs: number): Incident => {
    const incident = store.open(newIncident(alert, parts.impactStartOf(alert), nowMs), {
      atMs: nowMs,
      kind: "opened",
      author: null,
      text: `${alert.name} fires: ${alert.annotations["summary"] ?? ""}`,
      details: { alert: alert.name },
    });
    store.putAlert(rowOf(incident.id, alert));
    parts.onChange(incident, "open");
    return incident;
  };

  const join = (incident: Incident, alert: AlertChange, nowMs: number): Incident => {
    store.putAlert(rowOf(incident.id, alert));
    const result = changeIncident(parts, incident.id, joining(alert, nowMs));
    return result.outcome === "unknown" ? incident : result.incident;
  };

  const fire = (alert: AlertChange, nowMs: number): Incident | null => {
    if (store.findByAlert(alert.fingerprint, alert.startsAtMs)) return null;
    // Of a storm nearly all alerts are of one group: the few incidents of it are looked at first.
    const choose = (among: readonly Incident[]): Incident | null =>
      chooseIncident(
        alert,
        among.filter((incident) => mayJoin(store, incident, alert)),
        nowMs,
      );
    const incident = choose(store.list({ groupKey: groupKeyOf(alert), limit: ofGroupMost })) ?? choose(store.list({ limit: candidatesMost }));
    if (!incident) return open(alert, nowMs);
    if (incident.resolvedAtMs === null || !isEcho(store, rowOf(incident.id, alert))) return join(incident, alert, nowMs);
    store.putAlert(rowOf(incident.id, alert));
    store.append(incident.id, { atMs: nowMs, kind: "alert_fired", author: null, text: `${alert.name} goes on as a ticket`, details: { alert: alert.name } });
    return incident;
  };

  const end = (alert: AlertChange, nowMs: number): Incident | null => {
    const known = store.findByAlert(alert.fingerprint, alert.startsAtMs);
    if (known?.endsAtMs !== null) return null;
    store.putAlert({ ...rowOf(known.incidentId, alert), endsAtMs: alert.endsAtMs ?? nowMs });
    const left = store.firing(known.incidentId, echoesMost + 1);
    const isLast = left.length <= echoesMost && left.every((row) => isEcho(store, row));
    const result = changeIncident(parts, known.incidentId, ending(alert, isLast, nowMs));
    return result.outcome === "unknown" ? null : result.incident;
  };

  return (alert, nowMs) => store.together(() => (alert.isFiring ? fire(alert, nowMs) : end(alert, nowMs)));
}

/** What is over is opened again by a page; a ticket opens only a ticket again, and only one that it was part of. Its echo is noted. */
function mayJoin(store: IncidentStore, { id, resolvedAtMs, severity }: Incident, alert: AlertChange): boolean {
  if (resolvedAtMs === null || alert.severity === "page" || isEcho(store, rowOf(id, alert))) return true;
  return severity === "ticket" && store.alerts(id).some(({ name }) => name === alert.name);
}

/**
 * Whether an alert is the ticket about what the incident paged for. It looks back over days, so it outlasts the outage by hours: it
 * neither keeps the incident open nor opens it again. One that smouldered for long before the page is no echo.
 */
function isEcho(store: IncidentStore, { incidentId, name, labels, startsAtMs }: IncidentAlert): boolean {
  if (labels["severity"] !== "ticket") return false;
  const pages = store.alerts(incidentId).filter((known) => known.name === name && known.labels["severity"] === "page");
  return pages.some((page) => page.startsAtMs - startsAtMs < relatedWithinMs);
}

function rowOf(incidentId: number, { fingerprint, name, labels, annotations, startsAtMs, endsAtMs }: AlertChange): IncidentAlert {
  return { incidentId, fingerprint, name, labels, annotations, startsAtMs, endsAtMs };
}

function newIncident(alert: AlertChange, impactStartedAtMs: number, openedAtMs: number): Omit<Incident, "id" | "version"> {
  const { name, annotations, severity, service, slo, isDrill } = alert;
  return {
    title: annotations["summary"] ?? name,
    severity,
    service,
    slo,
    groupKey: groupKeyOf(alert),
    state: "open",
    isDrill,
    impactStartedAtMs,
    openedAtMs,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    mitigatedAtMs: null,
    resolvedAtMs: null,
    reviewedAtMs: null,
    mergedInto: null,
    publicPhase: null,
  };
}

/** An alert joins: a resolved incident was not over, and the worst alert gives severity and title. */
function joining(alert: AlertChange, nowMs: number): Step {
  return (incident) => {
    const isOver = incident.resolvedAtMs !== null;
    const isWorse = alert.severity === "page" && incident.severity === "ticket";
    const entry: NewEntry = {
      atMs: nowMs,
      kind: isOver ? "reopened" : "alert_fired",
      author: null,
      text: `${alert.name} fires${isOver ? " again" : ""}: ${alert.annotations["summary"] ?? ""}`,
      details: { alert: alert.name, ...(isWorse ? { severity: "page" } : {}) },
    };
    const reopened = isOver ? { state: "open" as const, resolvedAtMs: null, reviewedAtMs: null, acknowledgedAtMs: null, acknowledgedBy: null } : {};
    const worse = isWorse ? { severity: "page" as const, title: alert.annotations["summary"] ?? alert.name } : {};
    return { change: { ...reopened, ...worse }, entry };
  };
}

/** An alert ends; with the last one the incident does. */
function ending(alert: AlertChange, isLast: boolean, nowMs: number): Step {
  return ({ resolvedAtMs }) => {
    const isOver = isLast && resolvedAtMs === null;
    const entry: NewEntry = {
      atMs: nowMs,
      kind: isOver ? "resolved" : "alert_resolved",
      author: null,
      text: isOver ? `${alert.name} no longer fires; nothing of this incident does` : `${alert.name} no longer fires`,
      details: { alert: alert.name },
    };
    return { change: isOver ? { state: "resolved", resolvedAtMs: nowMs } : {}, entry };
  };
}
