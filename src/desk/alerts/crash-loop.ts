/** Restarts of an instance that are a loop when each comes within this time of the one before, in seconds; so long must it be calm to be over. */
export const loopWithinS = 600;
/** Fewest restarts of a loop: a deploy and its correction are two. */
const restartsLeast = 3;

/**
 * Whether an instance starts again and again.
 *
 * @param restartsMs when it restarted, the oldest first, in milliseconds since 1970
 * @returns when it became a loop, or null
 */
export function crashLoopSince(restartsMs: readonly number[], withinMs: number, nowMs: number): number | null {
  const last = restartsMs.at(-1);
  if (last === undefined || nowMs - last >= withinMs) return null;
  let first = restartsMs.length - 1;
  while (first > 0 && (restartsMs[first] ?? 0) - (restartsMs[first - 1] ?? 0) < withinMs) first--;
  return restartsMs[first + restartsLeast - 1] ?? null;
}
