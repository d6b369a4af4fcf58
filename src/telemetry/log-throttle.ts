/** Lets one line a second through for each kind of trouble, and says how many it held back. */
export interface LogThrottle {
  /** Number of lines held back since the last one let through, or null when this one is held back too. */
  admit(kind: string): number | null;
}

const intervalMs = 1_000;
/** Kinds told apart; they come from code, and the limit is only a guard. */
const kindLimit = 256;

export function createLogThrottle(monotonicMs: () => number): LogThrottle {
  const kinds = new Map<string, { nextAtMs: number; heldBack: number }>();
  return {
    admit(kind) {
      const nowMs = monotonicMs();
      const known = kinds.get(kind);
      if (known && nowMs < known.nextAtMs) {
        known.heldBack++;
        return null;
      }
      if (!known && kinds.size >= kindLimit) kinds.clear();
      kinds.set(kind, { nextAtMs: nowMs + intervalMs, heldBack: 0 });
      return known?.heldBack ?? 0;
    },
  };
}
