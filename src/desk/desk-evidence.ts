import { readAuditEvents } from "./audit-events.ts";
import type { DeskStores } from "./desk-stores.ts";
import { createEvidenceKeeper, type EvidenceKeeper } from "./evidence-keeper.ts";
import { evidenceSources } from "./evidence-sources.ts";
import type { LogDesk } from "./log-desk.ts";
import type { SignalHistory } from "./series/signal-history.ts";
import { linkServiceJob } from "./watch-targets.ts";
import type { WatchTarget } from "./watch/watch-target.ts";

export interface DeskEvidenceParts {
  readonly stores: Pick<DeskStores, "incidents" | "notes">;
  readonly history: Pick<SignalHistory, "query">;
  readonly logs: Pick<LogDesk, "errorCounts">;
  readonly targets: readonly WatchTarget[];
  readonly nowMs: () => number;
  onFault(error: unknown): void;
}

/** Link services that are asked for their last changes; more tell no more. */
const askedMost = 5;

/** Evidence from what this desk measures, reads and may ask. */
export function createDeskEvidence({ stores, history, logs, targets, nowMs, onFault }: DeskEvidenceParts): EvidenceKeeper {
  const asked = targets.filter(({ job }) => job === linkServiceJob).slice(0, askedMost);
  return createEvidenceKeeper({
    store: stores.incidents,
    sources: evidenceSources({ history, logs, notes: stores.notes }),
    readAudit: async (span, signal) => (await Promise.all(asked.map((target) => readAuditEvents(target, span, signal)))).flat(),
    nowMs,
    onFault,
  });
}
