import type { Incident, IncidentAlert } from "../../storage/desk/incident-store.ts";
import { changeIncident } from "./change-incident.ts";
import type { Act, IncidentDesk, IncidentDeskParts, StepResult } from "./incident-desk.ts";

/** Merging and splitting, for when the grouping of alerts did not fit what happened. */
export function createRegroup(parts: IncidentDeskParts): Pick<IncidentDesk, "merge" | "split"> {
  const { store } = parts;

  const merge = (id: number, intoId: number, { author, nowMs }: Act): StepResult => {
    const target = store.find(intoId);
    if (!target || id === intoId) return { outcome: "unknown" };
    const result = changeIncident(parts, id, ({ mergedInto }) =>
      mergedInto === null && target.mergedInto === null
        ? {
            change: { mergedInto: intoId, state: "resolved", resolvedAtMs: nowMs },
            entry: { atMs: nowMs, kind: "merged", author, text: `merged into INC-${intoId}`, details: { into: intoId } },
          }
        : null,
    );
    if (result.outcome !== "changed") return result;
    store.moveAlerts(
      store.alerts(id).map(({ fingerprint }) => fingerprint),
      id,
      intoId,
    );
    const earlier = Math.min(target.impactStartedAtMs, result.incident.impactStartedAtMs);
    return changeIncident(parts, intoId, ({ severity }) => ({
      change: { impactStartedAtMs: earlier, severity: result.incident.severity === "page" ? "page" : severity },
      entry: { atMs: nowMs, kind: "merged", author, text: `INC-${id} merged into this one`, details: { from: id } },
    }));
  };

  const split = (id: number, fingerprints: readonly string[], { author, nowMs }: Act): StepResult => {
    const incident = store.find(id);
    if (!incident) return { outcome: "unknown" };
    const moved = store.alerts(id).filter(({ fingerprint }) => fingerprints.includes(fingerprint));
    if (moved.length === 0 || moved.length === store.alerts(id).length) return { outcome: "refused", incident };
    const made = store.open(splitOff(incident, moved, nowMs), { atMs: nowMs, kind: "split", author, text: `split off INC-${id}`, details: { from: id } });
    store.moveAlerts(
      moved.map(({ fingerprint }) => fingerprint),
      id,
      made.id,
    );
    changeIncident(parts, id, () => ({
      change: {},
      entry: {
        atMs: nowMs,
        kind: "split",
        author,
        text: `${moved.map(({ name }) => name).join(", ")} split off as INC-${made.id}`,
        details: { into: made.id },
      },
    }));
    parts.onChange(made, made.state);
    return { outcome: "changed", incident: made };
  };

  return {
    merge: (id, intoId, act) => store.together(() => merge(id, intoId, act)),
    split: (id, fingerprints, act) => store.together(() => split(id, fingerprints, act)),
  };
}

/** The incident that some alerts of another one become. */
function splitOff({ id: _id, version: _version, ...kept }: Incident, moved: readonly IncidentAlert[], nowMs: number): Omit<Incident, "id" | "version"> {
  return {
    ...kept,
    title: moved[0]?.annotations["summary"] ?? kept.title,
    groupKey: `${kept.groupKey}/split/${nowMs}`,
    impactStartedAtMs: Math.min(...moved.map(({ startsAtMs }) => startsAtMs)),
    openedAtMs: nowMs,
    publicPhase: null,
  };
}
