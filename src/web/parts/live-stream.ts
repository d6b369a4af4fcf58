import { signal, type ReadonlySignal } from "@preact/signals";

export type StreamState = "connecting" | "live" | "lost";

export interface LiveStream {
  readonly state: ReadonlySignal<StreamState>;
  /** When the last event came, by the browser's clock, in milliseconds since 1970. */
  readonly lastAtMs: ReadonlySignal<number | null>;
  close(): void;
}

export interface StreamPlan {
  readonly path: string;
  /** By name of the event, with its parsed content. */
  readonly events: Readonly<Record<string, (content: unknown) => void>>;
  /** A stream without an event for this long counts as lost, in milliseconds; null when it may be silent. */
  readonly silentMostMs: number | null;
  /** Whenever it broke, or could not be opened. */
  onLost?(): void;
}

/** Waits before a stream is opened again, in milliseconds; the last one repeats. */
const waitsMs = [500, 1_000, 2_000, 5_000, 10_000];

/** Follows a stream of events and opens it again whenever it breaks or falls silent. */
export function openLiveStream({ path, events, silentMostMs, onLost }: StreamPlan): LiveStream {
  const state = signal<StreamState>("connecting");
  const lastAtMs = signal<number | null>(null);
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  function arm(): void {
    clearTimeout(timer);
    if (silentMostMs !== null) timer = setTimeout(retry, silentMostMs);
  }
  function heard(): void {
    failures = 0;
    lastAtMs.value = Date.now();
    state.value = "live";
    arm();
  }
  function retry(): void {
    source?.close();
    state.value = "lost";
    clearTimeout(timer);
    timer = setTimeout(open, waitsMs[Math.min(failures, waitsMs.length - 1)]);
    failures += 1;
    onLost?.();
  }
  function open(): void {
    source = new EventSource(path);
    source.addEventListener("open", heard);
    source.addEventListener("error", retry);
    for (const [name, take] of Object.entries(events)) {
      source.addEventListener(name, (event) => {
        heard();
        take(JSON.parse((event as MessageEvent<string>).data));
      });
    }
    arm();
  }

  open();
  return {
    state,
    lastAtMs,
    close() {
      clearTimeout(timer);
      source?.close();
    },
  };
}
