import { continueTrace, formatTraceparent } from "../../telemetry/trace.ts";
import { cleanText } from "../watch/clean-text.ts";
import { faultWords } from "../watch/fault-words.ts";
import { answerLengthMost, type SendResult } from "./channel.ts";

/** How long a receiver may take from connection to the end of its answer, in milliseconds. */
const postTimeoutMs = 15_000;
/** Bytes of an answer that are read; the rest is cut off. */
const answerMostBytes = 4_096;
/** Longest time that a receiver is left alone because it asks for it, in milliseconds. */
const retryAfterMostMs = 3_600_000;

/** Refusals that may pass: a key is put right, a limit ends, a server comes back. The other 4xx and redirects are for good. */
const passing: ReadonlySet<number> = new Set([401, 403, 408, 409, 421, 425, 429]);

export interface Post {
  readonly address: string;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What must not be shown of an answer that repeats it. */
  readonly secrets?: readonly string[];
  readonly timeoutMs?: number | undefined;
}

/** Posts JSON as a trace of its own and says what the receiver answered. Follows no redirect; never throws. */
export async function postMessage({ address, body, headers = {}, secrets = [], timeoutMs = postTimeoutMs }: Post): Promise<SendResult> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DOMException("too late", "TimeoutError")), timeoutMs);
  const hide = (text: string): string =>
    cleanText(
      secrets.reduce((shown, secret) => shown.replaceAll(secret, "…"), text),
      answerLengthMost,
    );
  try {
    const response = await fetch(address, {
      method: "POST",
      body,
      redirect: "manual",
      keepalive: false,
      decompress: false,
      signal: over.signal,
      headers: {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "srenity-desk",
        traceparent: formatTraceparent(continueTrace(null)),
        ...headers,
      },
    });
    const { status } = response;
    // The status has decided: what follows it may break off.
    const text = (await readStart(response).catch(() => "")).replace(/\s+/g, " ").trim();
    const answer = hide(`HTTP ${status}${text === "" ? "" : `: ${text}`}`);
    if (response.ok) return { isSent: true, answer };
    const isPermanent = status < 500 && !passing.has(status);
    return { isSent: false, answer, isPermanent, ...retryAfterOf(response.headers.get("retry-after")) };
  } catch (error) {
    return { isSent: false, answer: hide(faultWords(error, timeoutMs)), isPermanent: false };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

async function readStart(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    pieces.push(piece);
    lengthBytes += piece.byteLength;
    if (lengthBytes >= answerMostBytes) break;
  }
  return new TextDecoder().decode(Buffer.concat(pieces).subarray(0, answerMostBytes));
}

/** Only seconds are understood; a date would be read by a clock that may be wrong. */
function retryAfterOf(header: string | null): { retryAfterMs?: number } {
  const seconds = header === null ? Number.NaN : Number(header);
  return seconds > 0 ? { retryAfterMs: Math.min(seconds * 1_000, retryAfterMostMs) } : {};
}
