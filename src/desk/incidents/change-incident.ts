import type { Incident, IncidentState, NewEntry } from "../../storage/desk/incident-store.ts";
import type { IncidentDeskParts, StepResult } from "./incident-desk.ts";

/** What a step makes of an incident; null when the incident is not where the step may be taken from. */
export type Step = (incident: Incident) => { change: Partial<Omit<Incident, "id" | "version">>; entry: NewEntry } | null;

/** Attempts to change an incident that others change at the same time. */
const attemptsMost = 5;

/**
 * Takes a step on an incident by a conditional update: looks, decides, and changes only what it looked at; looks again when someone was faster.
 * So of two people who acknowledge at once one wins, and the other is told how the incident stands.
 */
export function changeIncident({ store, onChange }: Pick<IncidentDeskParts, "store" | "onChange">, id: number, step: Step): StepResult {
  let incident = store.find(id);
  for (let attempt = 0; attempt < attemptsMost && incident; attempt++) {
    const taken = step(incident);
    if (!taken) return { outcome: "refused", incident };
    const before = incident;
    const changed = store.together(() => {
      const after = store.change(id, before.version, taken.change, taken.entry);
      if (after) onChange(after, newsOf(before, after));
      return after;
    });
    if (changed) return { outcome: "changed", incident: changed };
    incident = store.find(id);
  }
  return incident ? { outcome: "refused", incident } : { outcome: "unknown" };
}

function newsOf(before: Incident, after: Incident): IncidentState | "note" {
  return before.state === after.state ? "note" : after.state;
}
