import type { Log } from "../telemetry/log.ts";
import type { AlertBook } from "./alerts/alert-book.ts";
import type { AlertCandidate } from "./alerts/alert-candidate.ts";
import { fingerprintOf } from "./alerts/alert-candidate.ts";
import { crashLoopCandidate, heartbeatCandidate, heartbeatLabels } from "./alerts/native-alerts.ts";
import { ruleCandidates } from "./alerts/rule-candidates.ts";
import type { ChangeBook } from "./change-book.ts";
import type { DeskMetrics } from "./desk-metrics.ts";
import type { HeartbeatBook } from "./heartbeats.ts";
import type { Watching } from "./watching.ts";

/** Intervals after the last good evaluation until the desk is no longer well. */
const wellIntervals = 4;

export interface TickParts {
  readonly watching: Watching;
  readonly alerts: AlertBook;
  readonly heartbeats: HeartbeatBook;
  readonly changes: ChangeBook;
  readonly metrics: DeskMetrics;
  readonly log: Pick<Log, "warn">;
  readonly monotonicMs: () => number;
  deskUrl(): string;
  /** Called after each evaluation, whether or not it could be stored. */
  onDone(): void;
  onFault(error: unknown): void;
}

export interface Tick {
  /** One evaluation: series, rules, alerts, incidents, history. Does not throw. */
  run(): void;
  isWell(): boolean;
  /** Stores what is measured and not stored yet. */
  save(): void;
}

/** Makes the desk's heartbeat. What cannot be stored is no verdict: memory goes on, and the next tick stores what this one could not. */
export function createTick(parts: TickParts): Tick {
  const { watching, alerts, changes, metrics, log, monotonicMs, onFault } = parts;
  const { families } = metrics;
  let wellAtMs = monotonicMs();

  const evaluate = (): void => {
    const { nowMs, isJudged, unwatchedMs, faults } = watching.evaluate();
    if (unwatchedMs > 0) {
      families.unwatched.child().add(unwatchedMs / 1_000);
      log.warn({ unwatched_s: Math.round(unwatchedMs / 1_000) }, "nobody watched for a while; what waits goes on waiting");
    }
    families.ruleFailures.child().add(faults.length);
    for (const { rule, error } of faults.slice(0, 1)) log.warn({ rule, error }, "a rule could not be evaluated");
    if (isJudged) alerts.sync([...ruleCandidates(watching.rules.alerts, watching.runner, parts.deskUrl()), ...natives(parts, nowMs)], nowMs);
    changes.keepIdentities(watching.targets.states());
  };
  const save = (): void => {
    const failure = watching.history.save();
    if (failure !== null) throw failure;
  };
  const guarded = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      onFault(error);
      return false;
    }
  };
  return {
    save: () => void guarded(save),
    isWell: () => monotonicMs() - wellAtMs < wellIntervals * watching.intervalMs,
    run: () => {
      const startedMs = monotonicMs();
      const isOk = [guarded(evaluate), guarded(save)].every(Boolean);
      families.ticks.child(isOk ? "ok" : "failed").add();
      if (isOk) wellAtMs = monotonicMs();
      guarded(parts.onDone);
      families.tickDuration.child().observe((monotonicMs() - startedMs) / 1_000);
    },
  };
}

function natives({ alerts, heartbeats, changes, watching, metrics, deskUrl }: TickParts, nowMs: number): AlertCandidate[] {
  const known = new Set(alerts.list().map(({ fingerprint }) => fingerprint));
  const missing = heartbeats.missing({
    nowMs,
    resumedAtMs: watching.gaps.resumedAtMs,
    wasMissing: (job) => known.has(fingerprintOf(heartbeatLabels(job))),
  });
  metrics.families.heartbeatsMissing.child().set(missing.length);
  return [
    ...missing.map(({ job, sinceMs }) => heartbeatCandidate(job, sinceMs, deskUrl())),
    ...changes.loops(nowMs).map(({ instance, sinceMs }) => crashLoopCandidate(instance, sinceMs, deskUrl())),
  ];
}
