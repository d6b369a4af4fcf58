import { Failure } from "../../errors.ts";

/** A comment goes out this often when there is nothing to tell, in milliseconds, so that nothing on the way closes the stream. */
const heartbeatEveryMs = 10_000;
/** Pieces that wait for a slow reader; one that is further behind is cut off, and comes again for what is true then. */
const waitingMost = 64;

export interface SentEvent {
  readonly event: string;
  readonly content: object;
}

/** Sends events that come together as one piece. */
export type EventSender = (...events: SentEvent[]) => void;

/** What many readers are told is written once. */
const texts = new WeakMap<object, string>();

function textOf({ event, content }: SentEvent): string {
  const known = texts.get(content);
  if (known !== undefined) return known;
  const text = `event: ${event}\ndata: ${JSON.stringify(content)}\n\n`;
  texts.set(content, text);
  return text;
}

const encoder = new TextEncoder();

/**
 * A stream of server-sent events.
 *
 * @param open begins to send and returns what ends it; null when there are too many readers
 * @throws Failure `rate_limited`
 */
export function eventStream(request: Request, open: (send: EventSender) => (() => void) | null): Response {
  let close: (() => void) | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const early: Uint8Array[] = [];

  const end = (): void => {
    clearInterval(timer);
    close?.();
    close = null;
    try {
      controller?.close();
    } catch {} // the reader went away first
    controller = null;
  };
  const write = (text: string): void => {
    const bytes = encoder.encode(text);
    if (controller === null) return void early.push(bytes);
    if ((controller.desiredSize ?? 0) < -waitingMost) return end();
    controller.enqueue(bytes);
  };
  close = open((...events) => write(events.map(textOf).join("")));
  if (close === null) throw new Failure("rate_limited", "too many live readers");
  const body = new ReadableStream<Uint8Array>({
    start: (started) => {
      controller = started;
      for (const bytes of early.splice(0)) started.enqueue(bytes);
      write(": open\n\n");
      timer = setInterval(() => write(": still here\n\n"), heartbeatEveryMs);
    },
    cancel: end,
  });
  request.signal.addEventListener("abort", end, { once: true });
  return new Response(body, {
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
  });
}
