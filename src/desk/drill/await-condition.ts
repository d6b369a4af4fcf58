/** How often a condition is looked at, in milliseconds. */
const lookEveryMs = 50;

export interface AwaitOptions {
  readonly timeoutMs: number;
  /** Ends the wait early. */
  readonly signal: AbortSignal;
  readonly monotonicMs: () => number;
}

/** Waits until a condition holds; whether it does. Ends at once, with false, when it is told to stop. */
export async function awaitCondition(holds: () => boolean, { timeoutMs, signal, monotonicMs }: AwaitOptions): Promise<boolean> {
  const deadlineMs = monotonicMs() + timeoutMs;
  for (;;) {
    if (signal.aborted) return false;
    if (holds()) return true;
    if (monotonicMs() >= deadlineMs) return false;
    await Bun.sleep(lookEveryMs);
  }
}
