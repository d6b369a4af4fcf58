/** Where an incident stands within the team; only forwards, but for a new failure that opens it again. */
export const incidentStates = ["open", "acknowledged", "mitigated", "resolved", "reviewed"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** What the public is told; a person writes it, and it may differ from the state. */
export const publicPhases = ["investigating", "identified", "monitoring", "resolved"] as const;
export type PublicPhase = (typeof publicPhases)[number];

export const incidentSeverities = ["page", "ticket"] as const;
export type IncidentSeverity = (typeof incidentSeverities)[number];

/** One incident: a group of related alerts, or what a person declared. Times are in milliseconds since 1970. */
export interface Incident {
  /** Shown as INC-<id>. */
  readonly id: number;
  readonly title: string;
  readonly severity: IncidentSeverity;
  readonly service: string;
  readonly slo: string | null;
  /** Alerts with this key belong here: service, objective, drill. */
  readonly groupKey: string;
  readonly state: IncidentState;
  readonly isDrill: boolean;
  /** First bad minute in the measurements; what detection is counted from. */
  readonly impactStartedAtMs: number;
  readonly openedAtMs: number;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly mitigatedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly reviewedAtMs: number | null;
  /** The incident this one was merged into. */
  readonly mergedInto: number | null;
  /** Null while the incident is not on the status page. */
  readonly publicPhase: PublicPhase | null;
  /** Grows with every change; a change names the version it saw. */
  readonly version: number;
}

export interface IncidentAlert {
  readonly incidentId: number;
  /** Equal for the same alert with the same labels. */
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAtMs: number;
  /** Null while it fires. */
  readonly endsAtMs: number | null;
}

export const timelineKinds = [
  "opened",
  "alert_fired",
  "alert_resolved",
  "evidence_captured",
  "acknowledged",
  "acknowledgement_expired",
  "escalated",
  "notified",
  "notification_failed",
  "note",
  "runbook_step",
  "mitigated",
  "resolved",
  "reopened",
  "reviewed",
  "severity_changed",
  "merged",
  "split",
  "published",
  "deploy",
  "restart",
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** One line of the story; never changed, never removed. */
export interface TimelineEntry {
  readonly id: number;
  readonly incidentId: number;
  readonly atMs: number;
  readonly kind: TimelineKind;
  /** Who did it; null for the desk itself. */
  readonly author: string | null;
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type NewEntry = Pick<TimelineEntry, "atMs" | "kind" | "author" | "text"> & { readonly details?: Readonly<Record<string, unknown>> };

export const evidenceKinds = ["signals", "log_errors", "failing_routes", "changes", "similar"] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What was measured when the incident opened, kept as it was then. */
export interface Evidence {
  readonly incidentId: number;
  readonly kind: EvidenceKind;
  readonly capturedAtMs: number;
  readonly content: unknown;
}

export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  readonly groupKey?: string;
  /** Opened in this span. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Pages backwards: only incidents with a lower id. */
  readonly beforeId?: number;
  readonly limit: number;
}

/** Incidents, their alerts, timeline and evidence. One process writes; every change is one transaction, durable when it returns. */
export interface IncidentStore {
  /** Several changes as one: all of them or none. */
  together<T>(work: () => T): T;
  open(incident: Omit<Incident, "id" | "version">, entry: NewEntry): Incident;
  find(id: number): Incident | null;
  /** Newest first. */
  list(filter: IncidentFilter): Incident[];
  /** Changes an incident that still has `version`, and tells the story of it; null when someone else was faster. */
  change(id: number, version: number, change: Partial<Omit<Incident, "id" | "version">>, entry: NewEntry): Incident | null;
  append(incidentId: number, entry: NewEntry): TimelineEntry;
  timeline(incidentId: number): TimelineEntry[];
  /** Inserts, or changes the one with the same incident, fingerprint and start. */
  putAlert(alert: IncidentAlert): void;
  alerts(incidentId: number): IncidentAlert[];
  /** Some of its alerts that fire, in no order. */
  firing(incidentId: number, limit: number): IncidentAlert[];
  /** The alert with this fingerprint and start, in whichever incident it is. */
  findByAlert(fingerprint: string, startsAtMs: number): IncidentAlert | null;
  /** Gives alerts to another incident, for merging and splitting. */
  moveAlerts(fingerprints: readonly string[], fromId: number, toId: number): void;
  putEvidence(evidence: Evidence): void;
  evidence(incidentId: number): Evidence[];
}
