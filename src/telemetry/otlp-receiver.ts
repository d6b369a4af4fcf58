/** What became of one request to the receiver. */
export type Delivery =
  /** `rejectedCount` spans were refused for good. */
  | { outcome: "taken"; rejectedCount: number; reason: string }
  /** Sending it again would not help. */
  | { outcome: "refused"; reason: string }
  /** It may be sent again, after the time the receiver asked for, or null when it named none. */
  | { outcome: "retryable"; afterMs: number | null; reason: string };

export interface OtlpReceiver {
  /** Sends one body; never rejects, and ends when `signal` says so. */
  send(body: string, signal: AbortSignal): Promise<Delivery>;
}

/** Most bytes of an answer that are read. */
const answerMostBytes = 64 * 1_024;
/** Most characters of an answer that are logged. */
const reasonMostLength = 300;
/** The answers after which OTLP/HTTP lets a client try again. */
const retryableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * A receiver of OTLP/HTTP with JSON bodies.
 *
 * @param endpoint address without a slash at its end; `/v1/traces` is appended
 * @param nowMs wall clock, for a Retry-After that is a date
 */
export function createOtlpReceiver({
  endpoint,
  headers,
  nowMs,
}: {
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  nowMs: () => number;
}): OtlpReceiver {
  return {
    async send(body, signal) {
      try {
        const response = await fetch(`${endpoint}/v1/traces`, {
          method: "POST",
          headers: { "User-Agent": "srenity", ...headers, "Content-Type": "application/json" },
          body,
          redirect: "manual",
          signal,
        });
        const text = await readStart(response);
        if (response.ok) return takenOf(text);
        const reason = `status ${response.status} ${text.slice(0, reasonMostLength)}`.trim();
        if (!retryableStatuses.has(response.status)) return { outcome: "refused", reason };
        return { outcome: "retryable", afterMs: waitOf(response.headers.get("retry-after"), nowMs()), reason };
      } catch (error) {
        return { outcome: "retryable", afterMs: null, reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** Reads an answer up to a limit, and gives the rest up. */
async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    bytes += piece.length;
    if (bytes >= answerMostBytes) break;
  }
  return text;
}

/** An answer of 200 may say that some spans were refused; one that cannot be read says nothing. */
function takenOf(text: string): Delivery {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown } };
    const rejectedCount = Number(partialSuccess?.rejectedSpans ?? 0);
    const message = partialSuccess?.errorMessage;
    const reason = typeof message === "string" ? message.slice(0, reasonMostLength) : "";
    return { outcome: "taken", rejectedCount: Number.isSafeInteger(rejectedCount) ? rejectedCount : 0, reason };
  } catch {
    return { outcome: "taken", rejectedCount: 0, reason: "" };
  }
}

/** Retry-After is seconds or a date. */
function waitOf(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const untilMs = text.endsWith(" GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(untilMs) ? null : Math.max(0, untilMs - nowMs);
}
