/** How often a condition is looked at, in milliseconds. */
const lookEveryMs = 10;

/**
 * Waits for a condition.
 *
 * @param what names the condition in the failure
 * @returns how long it took, in milliseconds
 * @throws Error when it does not hold within `timeoutMs`
 */
export async function waitUntil(what: string, timeoutMs: number, holds: () => boolean | Promise<boolean>): Promise<number> {
  const startedMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedMs > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await Bun.sleep(lookEveryMs);
  }
  return performance.now() - startedMs;
}
