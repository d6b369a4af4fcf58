import { type Inhibition, inhibitions } from "../../alerting/inhibitions.ts";
import type { Silence } from "../../storage/desk/desk-notes-store.ts";
import { type Labels, matches } from "../evaluate/series-source.ts";

/** Whether a silence that lasts now speaks of an alert. */
export function isSilenced(labels: Labels, silences: readonly Silence[], nowMs: number): boolean {
  return silences.some(
    ({ matchers, fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs && Object.entries(matchers).every(([label, value]) => (labels[label] ?? "") === value),
  );
}

/** What the firing alerts hold back: a key for each inhibition and the labels that both sides have to share. */
export type Causes = ReadonlySet<string>;

/** Reads off the firing alerts what they hold back; in a storm that is little. */
export function causesOf(firing: readonly Labels[]): Causes {
  return new Set(
    firing.flatMap((labels) => inhibitions.flatMap((inhibition, index) => (matches(labels, inhibition.source) ? keyOf(inhibition, index, labels) : []))),
  );
}

/** Whether a firing alert is the cause of this one, or says the same more urgently. What is a cause itself is not held back by its like. */
export function isInhibited(labels: Labels, causes: Causes): boolean {
  return inhibitions.some(
    (inhibition, index) => matches(labels, inhibition.target) && !matches(labels, inhibition.source) && causes.has(keyOf(inhibition, index, labels)),
  );
}

function keyOf({ equal }: Inhibition, index: number, labels: Labels): string {
  return JSON.stringify([index, ...equal.map((label) => labels[label] ?? "")]);
}
