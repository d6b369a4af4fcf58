import type { Incident, IncidentStore } from "../storage/desk/incident-store.ts";
import type { ToldChange } from "./audit-events.ts";
import { captureEvidence, evidenceSpanMs, type EvidenceSources, type Span } from "./incidents/capture-evidence.ts";

/** How long after the opening the log is read again and the link service is asked: the last lines come late. In milliseconds. */
const completeAfterMs = 2_500;
/** Incidents whose evidence waits to be completed at once; in a storm the others keep what they have. */
const waitingMost = 20;

export interface EvidenceKeeperParts {
  readonly store: IncidentStore;
  readonly sources: EvidenceSources;
  /** Changes that only the link services know; never rejects. */
  readAudit(span: Span, signal: AbortSignal): Promise<ToldChange[]>;
  readonly nowMs: () => number;
  onFault(error: unknown): void;
}

export interface EvidenceKeeper {
  /** Captures what is measured now, within the transaction that opens the incident, and completes it soon after. */
  opened(incident: Incident): void;
  stop(): void;
}

/** Keeps the evidence of incidents. */
export function createEvidenceKeeper({ store, sources, readAudit, nowMs, onFault }: EvidenceKeeperParts): EvidenceKeeper {
  const stopping = new AbortController();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const complete = async (incident: Incident): Promise<void> => {
    const toMs = nowMs();
    const span = { fromMs: Math.min(incident.impactStartedAtMs, incident.openedAtMs) - evidenceSpanMs, toMs };
    const audit = await readAudit(span, stopping.signal);
    if (stopping.signal.aborted) return;
    const changes = [...sources.changes(span), ...audit].toSorted((a, b) => a.atMs - b.atMs);
    store.together(() => {
      store.putEvidence({ incidentId: incident.id, kind: "changes", capturedAtMs: toMs, content: changes });
      store.putEvidence({ incidentId: incident.id, kind: "log_errors", capturedAtMs: toMs, content: sources.logErrors(span) });
    });
  };

  return {
    opened: (incident) => {
      if (store.evidence(incident.id).length > 0) return;
      captureEvidence(store, sources, incident, nowMs());
      if (timers.size >= waitingMost) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        complete(incident).catch(onFault);
      }, completeAfterMs);
      timers.add(timer);
    },
    stop: () => {
      stopping.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
