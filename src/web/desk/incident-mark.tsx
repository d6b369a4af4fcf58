import type { Incident, IncidentState } from "../../storage/desk/incident-store.ts";
import { StateMark, type State } from "../parts/state-mark.tsx";

const marks: Readonly<Record<IncidentState, { state: State; word: string }>> = {
  open: { state: "bad", word: "unacknowledged" },
  acknowledged: { state: "warning", word: "acknowledged" },
  mitigated: { state: "warning", word: "mitigated" },
  resolved: { state: "good", word: "resolved" },
  reviewed: { state: "good", word: "reviewed" },
};

/** Where an incident stands; a ticket that nobody took is a warning, not an emergency. */
export function IncidentMark({ incident: { state, severity, isDrill, mergedInto } }: { incident: Incident }) {
  const { state: color, word } = marks[state];
  return (
    <>
      {isDrill && <StateMark state="drill" word="drill" />}
      {mergedInto === null ? (
        <StateMark state={state === "open" && severity === "ticket" ? "warning" : color} word={word} />
      ) : (
        <StateMark state="unknown" word={`merged into INC-${mergedInto}`} />
      )}
    </>
  );
}
