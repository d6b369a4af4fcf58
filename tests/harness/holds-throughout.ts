/** How often the condition is looked at, in milliseconds. */
const lookEveryMs = 50;

/** Proves that something does not happen: a condition holds for the whole of a time. @throws Error as soon as it does not */
export async function holdsThroughout(what: string, durationMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  for (let passedMs = 0; passedMs < durationMs; passedMs = performance.now() - startedMs) {
    if (!(await holds())) throw new Error(`no longer after ${Math.round(passedMs)} ms: ${what}`);
    await Bun.sleep(lookEveryMs);
  }
}
