import type { Step } from "./incident-step.ts";

/** What the button of a step says, and its key. */
export const incidentWords: Readonly<Record<Step, { readonly verb: string; readonly key: string | null }>> = {
  acknowledge: { verb: "Acknowledge", key: "a" },
  mitigate: { verb: "Mitigated", key: "m" },
  resolve: { verb: "Resolve", key: "r" },
  review: { verb: "Mark reviewed", key: null },
  reopen: { verb: "Reopen", key: null },
};
