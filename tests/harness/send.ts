/** Longest wait for an answer unless a test says otherwise, in milliseconds. */
const answerTimeoutMs = 45_000;

/** An answer with its body read. `json` is null where the body is no JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  json: any;
  /** From the request to the end of the answer, in milliseconds. */
  tookMs: number;
}

export interface SendOptions {
  /** Sent as JSON, unless it is a text, bytes or a form. */
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** Sends one request and reads its answer whole; redirects are not followed. */
export async function send(address: string, method: string, { body, headers = {}, timeoutMs = answerTimeoutMs }: SendOptions = {}): Promise<Answer> {
  const startedMs = performance.now();
  const isRaw = typeof body === "string" || body instanceof Uint8Array || body instanceof FormData || body instanceof ReadableStream;
  const type: Record<string, string> = body === undefined || body instanceof FormData ? {} : { "Content-Type": "application/json" };
  const response = await fetch(address, {
    method,
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: isRaw ? (body as NonNullable<RequestInit["body"]>) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json") && text !== "";
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null, tookMs: performance.now() - startedMs };
}
