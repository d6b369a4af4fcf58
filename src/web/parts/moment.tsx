import { clock } from "./clock.ts";
import { agoText, exactText } from "./time-text.ts";

/** A moment as “4 min ago”, with the exact time in its title. */
export function Moment({ atMs }: { atMs: number }) {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exactText(atMs)}>
      {agoText(atMs, clock.nowMs.value)}
    </time>
  );
}
