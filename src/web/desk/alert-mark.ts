import type { AlertView } from "../../desk/views.ts";
import type { State } from "../parts/state-mark.tsx";
import { isWatched } from "./is-watched.ts";

/** State of an alert as a mark; a heartbeat fires for ever, and that is good. */
export function alertMark(alert: AlertView): { state: State; word: string } {
  const { state, severity, isSilenced, isInhibited } = alert;
  if (!isWatched(alert)) return { state: "unknown", word: "not watched" };
  if (severity === "heartbeat") return state === "firing" ? { state: "good", word: "beating" } : { state: "bad", word: "not beating" };
  if (state === "inactive") return { state: "good", word: "quiet" };
  if (isSilenced) return { state: "unknown", word: "silenced" };
  if (isInhibited) return { state: "unknown", word: "held back" };
  if (state === "pending") return { state: "warning", word: "pending" };
  return severity === "page" ? { state: "bad", word: "firing" } : { state: "warning", word: "firing" };
}
