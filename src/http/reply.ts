/** An answer before it becomes a `Response`: its text stays at hand for an idempotent replay. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | null;
}

/** An answer whose body is `value` as JSON. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** 204: done, and nothing to say. */
export function emptyReply(headers: Record<string, string> = {}): Reply {
  return { status: 204, headers, body: null };
}
