/** How often the address is called, and how long it may take to answer, in milliseconds. */
const pingEveryMs = 60_000;
/** The first call waits until there is something to say, in milliseconds. */
const firstAfterMs = 10_000;
const pingTimeoutMs = 10_000;

export interface HeartbeatPingParts {
  /** Null when nobody expects us. */
  readonly address: string | null;
  /** For tests, in milliseconds. */
  readonly firstAfterMs?: number;
  readonly everyMs?: number;
  /** Whether the desk does its work: without that it keeps silent, so that the other side rings. */
  isWell(): boolean;
  onResult(isOk: boolean, fault: string | null): void;
}

/** Tells somebody elsewhere that the desk watches: soon after the start, and every minute. */
export function createHeartbeatPing({ address, isWell, onResult, ...times }: HeartbeatPingParts): { start(): void; stop(): void } {
  const stopping = new AbortController();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const ping = async (): Promise<void> => {
    if (address === null || !isWell()) return;
    try {
      const response = await fetch(address, {
        method: "POST",
        redirect: "manual",
        keepalive: false,
        headers: { "User-Agent": "srenity-desk" },
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(pingTimeoutMs)]),
      });
      await response.body?.cancel();
      onResult(response.ok, response.ok ? null : `status ${response.status}`);
    } catch (error) {
      if (!stopping.signal.aborted) onResult(false, (error as Error).message);
    }
  };
  return {
    start: () => {
      if (address === null) return;
      timers.push(
        setTimeout(() => void ping(), times.firstAfterMs ?? firstAfterMs),
        setInterval(() => void ping(), times.everyMs ?? pingEveryMs),
      );
    },
    stop: () => {
      stopping.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
