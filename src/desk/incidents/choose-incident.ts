import type { Incident, IncidentSeverity } from "../../storage/desk/incident-store.ts";

/** An alert that began or ended, whoever noticed it. */
export interface AlertChange {
  /** Equal for the same alert with the same labels. */
  readonly fingerprint: string;
  readonly name: string;
  readonly severity: IncidentSeverity;
  readonly service: string;
  readonly slo: string | null;
  readonly isDrill: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
  /** When its condition began to hold, in milliseconds since 1970. */
  readonly startsAtMs: number;
  /** When it ended; null while it fires. */
  readonly endsAtMs: number | null;
}

/** Alerts of one service that begin this close to each other are one incident, in milliseconds. */
export const relatedWithinMs = 600_000;
/** An incident that fires again this soon after it was resolved was not over, in milliseconds. */
export const reopenWithinMs = 600_000;

/** Alerts of the same service and objective, and drills apart from the rest. */
export function groupKeyOf({ service, slo, isDrill }: Pick<AlertChange, "service" | "slo" | "isDrill">): string {
  return [service, slo ?? "", ...(isDrill ? ["drill"] : [])].join("/");
}

/**
 * The incident that a firing alert belongs to: the one of its group, else one of its service that began about the same time;
 * null when it is an incident of its own. A resolved one counts for a while, and is opened again.
 */
export function chooseIncident(alert: AlertChange, incidents: readonly Incident[], nowMs: number): Incident | null {
  const own = incidents.filter((incident) => incident.mergedInto === null && incident.service === alert.service && incident.isDrill === alert.isDrill);
  const alive = own.filter(({ resolvedAtMs }) => resolvedAtMs === null || nowMs - resolvedAtMs < reopenWithinMs).toSorted((a, b) => b.id - a.id);
  const ofGroup = alive.find(({ groupKey }) => groupKey === groupKeyOf(alert));
  return ofGroup ?? alive.find(({ openedAtMs }) => Math.abs(alert.startsAtMs - openedAtMs) < relatedWithinMs) ?? null;
}
