import { signal } from "@preact/signals";

/** Time between two looks at the clock, in milliseconds. */
const tickMs = 1_000;

let offsetMs = 0;

/** The time by the server's clock, as far as its answers told it, in milliseconds since 1970; moves once a second. */
export const clock = {
  nowMs: signal(Date.now()),
  /** Takes over the server's time out of an answer that has just come. */
  follow(serverMs: number): void {
    offsetMs = serverMs - Date.now();
    clock.nowMs.value = serverMs;
  },
};

setInterval(() => {
  if (!document.hidden) clock.nowMs.value = Date.now() + offsetMs;
}, tickMs);
document.addEventListener("visibilitychange", () => {
  clock.nowMs.value = Date.now() + offsetMs;
});
