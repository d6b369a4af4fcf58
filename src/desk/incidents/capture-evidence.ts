import type { Evidence, EvidenceKind, Incident, IncidentStore, TimelineEntry } from "../../storage/desk/incident-store.ts";

/** What an incident's evidence is taken from. */
export interface EvidenceSources {
  /** Golden signals of a span, as the charts draw them: by name, with gaps as null. */
  signals(span: Span): readonly StoredChart[];
  /** The most frequent error lines of a span. */
  logErrors(span: Span): readonly { readonly text: string; readonly count: number }[];
  /** Routes by failed requests a second, worst first. */
  failingRoutes(span: Span): readonly { readonly route: string; readonly perSecond: number }[];
  /** Deploys, restarts, changed settings and imports. */
  changes(span: Span): readonly { readonly atMs: number; readonly text: string }[];
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface StoredChart {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly timesMs: readonly number[];
  readonly series: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
}

/** An earlier incident of the same kind, and what ended it. */
export interface SimilarIncident {
  readonly id: number;
  readonly title: string;
  readonly openedAtMs: number;
  readonly lastedMs: number | null;
  /** Notes and ticked steps near its end: what fixed it. */
  readonly fixedBy: readonly string[];
}

/** How far back the evidence looks, in milliseconds. */
export const evidenceSpanMs = 3_600_000;
/** Earlier incidents that are looked through, and shown. */
const candidatesMost = 100;
const similarMost = 5;
const fixesMost = 3;

/** Keeps what was measured around the opening of an incident, as it was then. A source that fails leaves its part out and says so. */
export function captureEvidence(store: IncidentStore, sources: EvidenceSources, incident: Incident, nowMs: number): void {
  const span = { fromMs: Math.min(incident.impactStartedAtMs, nowMs) - evidenceSpanMs, toMs: nowMs };
  const parts: Record<EvidenceKind, () => unknown> = {
    signals: () => sources.signals(span),
    log_errors: () => sources.logErrors(span),
    failing_routes: () => sources.failingRoutes({ fromMs: incident.impactStartedAtMs, toMs: nowMs }),
    changes: () => sources.changes(span),
    similar: () => findSimilar(store, incident),
  };
  const faults: string[] = [];
  store.together(() => {
    for (const [kind, read] of Object.entries(parts) as [EvidenceKind, () => unknown][]) {
      try {
        store.putEvidence({ incidentId: incident.id, kind, capturedAtMs: nowMs, content: read() } satisfies Evidence);
      } catch (error) {
        faults.push(`${kind}: ${(error as Error).message}`);
      }
    }
    const missing = faults.length === 0 ? "" : `; missing: ${faults.join("; ")}`;
    store.append(incident.id, { atMs: nowMs, kind: "evidence_captured", author: null, text: `evidence of the last hour captured${missing}` });
  });
}

/** Earlier incidents of the same service with the same objective or the same alert, newest first, with what fixed them. */
export function findSimilar(store: IncidentStore, incident: Incident): SimilarIncident[] {
  const names = new Set(store.alerts(incident.id).map(({ name }) => name));
  return store
    .list({ limit: candidatesMost, beforeId: incident.id })
    .filter(
      (other) =>
        other.mergedInto === null &&
        other.isDrill === incident.isDrill &&
        other.service === incident.service &&
        (other.groupKey === incident.groupKey || store.alerts(other.id).some(({ name }) => names.has(name))),
    )
    .slice(0, similarMost)
    .map(({ id, title, openedAtMs, resolvedAtMs }) => ({
      id,
      title,
      openedAtMs,
      lastedMs: resolvedAtMs === null ? null : resolvedAtMs - openedAtMs,
      fixedBy: fixesOf(store.timeline(id)),
    }));
}

function fixesOf(timeline: readonly TimelineEntry[]): string[] {
  return timeline
    .filter(({ kind, author }) => (kind === "note" || kind === "runbook_step") && author !== null)
    .slice(-fixesMost)
    .map(({ text }) => text);
}
