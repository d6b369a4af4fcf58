import type { Incident } from "../../storage/desk/incident-store.ts";
import type { Problem } from "../parts/answer.ts";
import { notify, notifyProblem } from "../parts/notices.tsx";
import { agoText } from "../parts/time-text.ts";
import { clock } from "../parts/clock.ts";
import { live } from "./live.ts";
import { write } from "./write.ts";

export type Step = "acknowledge" | "mitigate" | "resolve" | "review" | "reopen";

const done: Readonly<Record<Step, string>> = {
  acknowledge: "acknowledged; no more reminders go out",
  mitigate: "mitigated: users are served again",
  resolve: "resolved",
  review: "reviewed",
  reopen: "open again",
};

const conflict = 409;

/** Takes a step of an incident, and says how it went; when someone else was faster, who that was. */
export async function takeStep(incident: Incident, step: Step): Promise<Problem | null> {
  const answer = await write<Incident>("POST", `/api/incidents/${incident.id}/${step}`);
  void live.reload();
  if (answer.isOk) {
    notify("good", `INC-${incident.id} is ${done[step]}.`);
    return null;
  }
  if (answer.problem.status === conflict) notify("warning", fasterText(incident.id, answer.problem));
  else notifyProblem(`INC-${incident.id} is unchanged`, answer.problem);
  return answer.problem;
}

function fasterText(id: number, { body, detail }: Problem): string {
  const current = body["incident"] as Incident | undefined;
  if (current === undefined) return `INC-${id} has changed meanwhile. ${detail}`;
  if (current.state === "acknowledged" && current.acknowledgedAtMs !== null)
    return `${current.acknowledgedBy ?? "Someone"} was faster: acknowledged INC-${id} ${agoText(current.acknowledgedAtMs, clock.nowMs.value)}.`;
  return `Someone was faster: INC-${id} is ${current.state} by now.`;
}
