/** Longest wait for a stream to open, in milliseconds. */
const openTimeoutMs = 10_000;

export interface ServerEvent {
  readonly event: string;
  readonly content: unknown;
}

/** A stream of server-sent events, read until its scope ends. */
export interface ReadEvents extends Disposable {
  readonly events: readonly ServerEvent[];
}

/** Opens a stream. @throws Error when it is refused */
export async function readEvents(address: string, headers: Record<string, string> = {}): Promise<ReadEvents> {
  const stopping = new AbortController();
  const timer = setTimeout(() => stopping.abort(), openTimeoutMs);
  const response = await fetch(address, { headers: { Accept: "text/event-stream", ...headers }, signal: stopping.signal });
  clearTimeout(timer);
  if (response.status !== 200 || response.body === null) throw new Error(`the stream was refused with ${response.status}`);
  const events: ServerEvent[] = [];
  void collect(response.body, events);
  return { events, [Symbol.dispose]: () => stopping.abort() };
}

async function collect(body: ReadableStream<Uint8Array>, events: ServerEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const piece of body) {
      text += decoder.decode(piece, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, event, content] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
        if (event !== undefined && content !== undefined) events.push({ event, content: JSON.parse(content) as unknown });
      }
    }
  } catch {
    // The reader or the desk went away.
  }
}
