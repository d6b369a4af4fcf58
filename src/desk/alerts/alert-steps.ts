import type { AlertEvent, StoredAlert } from "../../storage/desk/alert-store.ts";
import type { AlertCandidate } from "./alert-candidate.ts";

/** What becomes of one alert: its row afterwards, the lines of its history, and what incidents are told. */
export interface AlertStep {
  readonly fingerprint: string;
  /** Null when it is forgotten. */
  readonly row: StoredAlert | null;
  readonly events: readonly AlertEvent[];
  /** The alert, as incidents know it, that ended; null when nothing ended that they know. */
  readonly ended: (StoredAlert & { readonly endedAtMs: number }) | null;
}

/** News of an alert from another program. */
export interface FedAlert {
  readonly fingerprint: string;
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
  readonly startsAtMs: number;
  /** Null while it fires. */
  readonly endsAtMs: number | null;
}

/** What was heard of a fed alert last is kept up to date no finer than this, in milliseconds. */
const heardEveryMs = 60_000;

export function eventOf(alert: Pick<StoredAlert, "labels" | "rule">, state: AlertEvent["state"], atMs: number): AlertEvent {
  return { atMs, name: alert.labels["alertname"] ?? alert.rule, rule: alert.rule, labels: alert.labels, state };
}

/** Takes over an alert of ours as it is now; null when that changes nothing. */
export function takeCandidate(known: StoredAlert | undefined, candidate: AlertCandidate, nowMs: number): AlertStep | null {
  const { fingerprint, source, rule, labels, state, activeAtMs, firedAtMs, endedAtMs } = candidate;
  // One that was told and begins anew has ended in between.
  const isAnother = known !== undefined && known.toldStartMs !== null && known.activeAtMs !== activeAtMs;
  const before = isAnother ? undefined : known;
  if (before?.state === state && before.activeAtMs === activeAtMs && before.firedAtMs === firedAtMs && before.endedAtMs === endedAtMs) return null;
  const annotations = before?.toldStartMs === null || before === undefined ? candidate.describe() : before.annotations;
  const toldStartMs = before?.toldStartMs ?? null;
  return {
    fingerprint,
    row: { fingerprint, source, rule, labels, annotations, state, activeAtMs, firedAtMs, endedAtMs, toldStartMs, heardAtMs: nowMs },
    events: [...(isAnother && known ? [eventOf(known, "resolved", nowMs)] : []), ...(before?.state === state ? [] : [eventOf(candidate, state, nowMs)])],
    ended: isAnother && known ? { ...known, endedAtMs: known.endedAtMs ?? nowMs } : null,
  };
}

/** An alert of ours that is no longer there. */
export function endKnown(known: StoredAlert, nowMs: number): AlertStep {
  const { fingerprint, state, toldStartMs } = known;
  return {
    fingerprint,
    row: null,
    events: [eventOf(known, state === "firing" ? "resolved" : "dropped", nowMs)],
    ended: toldStartMs === null ? null : { ...known, endedAtMs: known.endedAtMs ?? nowMs },
  };
}

/**
 * Takes news from elsewhere, which come twice, late and in any order; null when they change nothing. The start tells one
 * firing of an alert from the next: news of an earlier one are old, and one that ended does not begin again.
 */
export function takeFed(known: StoredAlert | undefined, news: FedAlert, nowMs: number): AlertStep | null {
  if (known && (known.activeAtMs > news.startsAtMs || (known.activeAtMs === news.startsAtMs && known.state === "ended"))) return null;
  const isSame = known !== undefined && known.activeAtMs === news.startsAtMs;
  if (isSame && news.isFiring) return nowMs - known.heardAtMs < heardEveryMs ? null : unchanged({ ...known, heardAtMs: nowMs });
  const endedAtMs = news.isFiring ? null : (news.endsAtMs ?? nowMs);
  const { fingerprint, rule, labels, annotations, startsAtMs } = news;
  const row: StoredAlert = {
    fingerprint,
    source: "fed",
    rule,
    labels,
    annotations,
    state: news.isFiring ? "firing" : "ended",
    activeAtMs: startsAtMs,
    firedAtMs: startsAtMs,
    endedAtMs,
    toldStartMs: null,
    heardAtMs: nowMs,
  };
  const isKnownToEnd = known?.state === "firing";
  return {
    fingerprint,
    row,
    events: [...(isKnownToEnd ? [eventOf(known, "resolved", nowMs)] : []), ...(news.isFiring ? [eventOf(row, "firing", nowMs)] : [])],
    ended: isKnownToEnd && known.toldStartMs !== null ? { ...known, endedAtMs: isSame ? (endedAtMs ?? nowMs) : startsAtMs } : null,
  };
}

/** Nothing was heard of a fed alert for so long that it counts as over. */
export function expireFed(known: StoredAlert, nowMs: number): AlertStep {
  return { ...endKnown(known, nowMs), row: { ...known, state: "ended", endedAtMs: nowMs, heardAtMs: nowMs, toldStartMs: null } };
}

function unchanged(row: StoredAlert): AlertStep {
  return { fingerprint: row.fingerprint, row, events: [], ended: null };
}
