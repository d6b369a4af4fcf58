import type { TimelineEntry, TimelineKind } from "../../storage/desk/incident-store.ts";

/** Entries after which nobody has the incident. */
const releasing: ReadonlySet<TimelineKind> = new Set(["opened", "reopened", "acknowledgement_expired", "split"]);

/** Since when nobody has an incident that is not acknowledged, by its timeline, in milliseconds since 1970. */
export function unacknowledgedSince(timeline: readonly Pick<TimelineEntry, "kind" | "atMs">[], openedAtMs: number): number {
  return timeline.findLast(({ kind }) => releasing.has(kind))?.atMs ?? openedAtMs;
}
