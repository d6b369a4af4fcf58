import type { AlertView } from "../../desk/views.ts";

/** Whether a rule is evaluated here; those for programs that this desk does not watch say so instead of a value. */
export function isWatched({ value }: AlertView): boolean {
  return value !== "not watched";
}
