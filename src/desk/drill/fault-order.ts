/** What a drill tells the instance that it started to do from now on. */
export interface FaultOrder {
  /** Share of requests that are answered with 500, from 0 to 1. */
  readonly errorShare: number;
  /** Time that every call of the store takes longer, in milliseconds. */
  readonly delayMs: number;
  /** Time that the serving thread stands still, again and again, in milliseconds. */
  readonly stallMs: number;
  /** Memory that is taken and held, in bytes. */
  readonly memoryBytes: number;
}

export const noFaults: FaultOrder = { errorShare: 0, delayMs: 0, stallMs: 0, memoryBytes: 0 };

/** The most that an order can ask for. */
export const faultLimits: FaultOrder = { errorShare: 1, delayMs: 5_000, stallMs: 2_000, memoryBytes: 1_073_741_824 };

/** An order on its way over the channel between the two processes. */
export interface FaultMessage {
  /** Secret that the instance was started with. */
  readonly drillToken: string;
  readonly faults: FaultOrder;
}

/** Reads a message of the channel; null for anything but an order of the drill that knows the token, within the limits. */
export function readFaultOrder(message: unknown, token: string): FaultOrder | null {
  if (!isRecord(message) || token === "" || message["drillToken"] !== token) return null;
  const { faults } = message;
  if (!isRecord(faults)) return null;
  const isWithin = (Object.entries(faultLimits) as [keyof FaultOrder, number][]).every(([name, most]) => {
    const value = faults[name];
    return typeof value === "number" && value >= 0 && value <= most;
  });
  return isWithin ? (faults as unknown as FaultOrder) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
