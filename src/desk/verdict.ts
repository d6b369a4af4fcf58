import type { Incident } from "../storage/desk/incident-store.ts";
import type { AlertView, NowView, TargetView } from "./views.ts";

export interface VerdictFacts {
  readonly incidents: readonly Incident[];
  readonly alerts: readonly AlertView[];
  readonly targets: readonly TargetView[];
  readonly mail: NowView["mail"];
  /** When a target was last looked at; null when none was. */
  readonly freshAtMs: number | null;
  /** Data older than this says nothing, in milliseconds. */
  readonly staleAfterMs: number;
  /** Whether the desk itself evaluates and stores. */
  readonly isWell: boolean;
  readonly nowMs: number;
}

/** Whether all is well, in one sentence: the worst that is known. */
export function verdictOf(facts: VerdictFacts): NowView["verdict"] {
  const { incidents, targets, mail, freshAtMs, staleAfterMs, isWell, nowMs } = facts;
  const burning = incidents.filter(({ state, isDrill }) => !isDrill && (state === "open" || state === "acknowledged" || state === "mitigated"));
  const since = (atMs: readonly number[]): number | null => (atMs.length === 0 ? null : Math.min(...atMs));
  const pages = burning.filter(({ severity }) => severity === "page");
  if (pages.length > 0) return { state: "bad", sentence: incidentsText(pages), sinceMs: since(pages.map(({ impactStartedAtMs }) => impactStartedAtMs)) };
  if (freshAtMs === null) return { state: "unknown", sentence: "Nothing was measured yet.", sinceMs: null };
  if (nowMs - freshAtMs > staleAfterMs) return { state: "unknown", sentence: "The measurements are old: nothing new arrives.", sinceMs: freshAtMs };
  if (!isWell) return { state: "unknown", sentence: "The desk itself is in trouble: it cannot store what it sees.", sinceMs: null };
  if (burning.length > 0)
    return { state: "warning", sentence: incidentsText(burning), sinceMs: since(burning.map(({ impactStartedAtMs }) => impactStartedAtMs)) };
  const pending = pendingPages(facts);
  if (pending.length > 0)
    return { state: "warning", sentence: `${pending[0]?.summary ?? ""}; it may pass.`, sinceMs: since(pending.flatMap(({ activeAtMs }) => activeAtMs ?? [])) };
  const down = targets.filter(({ isUp }) => !isUp);
  if (down.length > 0) return { state: "warning", sentence: `${down.map(({ instance }) => instance).join(", ")} cannot be measured.`, sinceMs: null };
  if (!mail.isOk) return { state: "warning", sentence: `All is well, but mail does not leave: ${mail.fault ?? "unknown"}.`, sinceMs: null };
  return { state: "good", sentence: "All is well.", sinceMs: null };
}

function pendingPages({ alerts }: VerdictFacts): AlertView[] {
  return alerts.filter(({ state, severity, isSilenced, isInhibited }) => state === "pending" && severity === "page" && !isSilenced && !isInhibited);
}

function incidentsText(incidents: readonly Incident[]): string {
  const [first, ...others] = incidents;
  const who = first?.acknowledgedBy ? `${first.acknowledgedBy} has it` : "nobody has it";
  return `INC-${first?.id}: ${first?.title}; ${who}.${others.length > 0 ? ` And ${others.length} more.` : ""}`;
}
