import { faultWords } from "./fault-words.ts";

export interface FetchOptions {
  readonly address: string;
  /** For connection, headers and body together, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest body that is taken, in bytes. */
  readonly bytesMost: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a connection of before may be used: what measures as a newcomer would must not. */
  readonly reusesConnections: boolean;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

export type FetchedAnswer =
  | { readonly isComplete: true; readonly status: number; readonly headers: Headers; readonly body: Uint8Array }
  /** No whole answer; why, in words. */
  | { readonly isComplete: false; readonly fault: string };

/** Sends a GET and reads the whole answer within its limits. Follows no redirect and unpacks nothing; never throws. */
export async function fetchAnswer(options: FetchOptions): Promise<FetchedAnswer> {
  const { address, timeoutMs, bytesMost, headers, reusesConnections, signal } = options;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DOMException("too late", "TimeoutError")), timeoutMs);
  const stop = (): void => over.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    const response = await fetch(address, {
      redirect: "manual",
      signal: over.signal,
      keepalive: reusesConnections,
      // A small packed body can unpack to gigabytes before its size is seen.
      decompress: false,
      headers: { "Accept-Encoding": "identity", "User-Agent": "srenity-desk (monitoring bot)", ...headers },
    });
    const body = await readBody(response, bytesMost);
    if (body === null) return { isComplete: false, fault: `the answer is larger than ${bytesMost} bytes` };
    return { isComplete: true, status: response.status, headers: response.headers, body };
  } catch (error) {
    return { isComplete: false, fault: faultWords(error, timeoutMs) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    over.abort();
  }
}

/** The body, or null when it is over the limit. */
async function readBody(response: Response, bytesMost: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    lengthBytes += piece.byteLength;
    if (lengthBytes > bytesMost) return null;
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}
