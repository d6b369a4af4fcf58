import type { Labels } from "./series-source.ts";
import { signature, type Sample } from "./evaluate.ts";

/** One alert: a rule and one set of labels of its condition. */
export interface AlertState {
  readonly labels: Labels;
  /** `pending` while it waits for the rule's `for`. */
  readonly state: "pending" | "firing";
  /** Since when its condition holds, in milliseconds since 1970. */
  readonly activeAtMs: number;
  /** When it began to fire; null while pending. */
  readonly firedAtMs: number | null;
  /** The first evaluation since when the condition no longer holds; null while it does. */
  readonly endedAtMs: number | null;
  readonly value: number;
}

export interface AlertTiming {
  forMs: number;
  keepFiringMs: number;
}

/** Alerts of one rule, by the signature of their labels. */
export type AlertStates = ReadonlyMap<string, AlertState>;

/**
 * One evaluation of a rule: what its alerts are afterwards, and which of them ended firing.
 * As Prometheus does it: a pending alert whose condition fails is forgotten; a firing one goes on for `keepFiringMs`.
 */
export function advanceAlerts(
  before: AlertStates,
  samples: readonly Sample[],
  { forMs, keepFiringMs, nowMs }: AlertTiming & { nowMs: number },
): { after: Map<string, AlertState>; resolved: AlertState[] } {
  const after = new Map<string, AlertState>();
  for (const { labels, value } of samples) {
    const { __name__: _name, ...kept } = labels;
    const key = signature(kept);
    const known = before.get(key);
    const activeAtMs = known?.activeAtMs ?? nowMs;
    const isFiring = known?.state === "firing" || nowMs - activeAtMs >= forMs;
    after.set(key, {
      labels: kept,
      state: isFiring ? "firing" : "pending",
      activeAtMs,
      firedAtMs: isFiring ? (known?.firedAtMs ?? nowMs) : null,
      endedAtMs: null,
      value,
    });
  }
  const resolved: AlertState[] = [];
  for (const [key, known] of before) {
    if (after.has(key) || known.state === "pending") continue;
    const endedAtMs = known.endedAtMs ?? nowMs;
    if (nowMs - endedAtMs < keepFiringMs) after.set(key, { ...known, endedAtMs });
    else resolved.push({ ...known, endedAtMs });
  }
  return { after, resolved };
}
