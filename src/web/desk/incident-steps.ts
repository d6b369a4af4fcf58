import type { Incident } from "../../storage/desk/incident-store.ts";
import type { Step } from "./incident-step.ts";

/** The steps that a state allows, so that buttons and keys offer nothing else. */
export function stepsOf({ state, mergedInto }: Incident): readonly Step[] {
  if (mergedInto !== null) return [];
  if (state === "open") return ["acknowledge", "mitigate", "resolve"];
  if (state === "acknowledged") return ["mitigate", "resolve"];
  if (state === "mitigated") return ["resolve", "reopen"];
  return state === "resolved" ? ["review", "reopen"] : ["reopen"];
}
