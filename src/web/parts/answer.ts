/** What the API says when it does not do what it was asked; `status` 0 when it was not reached. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Answer<T> = { readonly isOk: true; readonly value: T } | { readonly isOk: false; readonly problem: Problem };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Longest wait for an answer, in milliseconds. */
const answerTimeoutMs = 15_000;

/** Asks the API; a refusal and an unreachable server are values, never exceptions. */
export async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined ? { Accept: "application/json" } : { Accept: "application/json", "Content-Type": "application/json" },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return response.ok ? { isOk: true, value: (text === "" ? null : JSON.parse(text)) as T } : { isOk: false, problem: readProblem(response.status, text) };
  } catch (error) {
    const detail = (error as Error).name === "TimeoutError" ? `No answer within ${answerTimeoutMs / 1_000} s.` : "The server cannot be reached.";
    return { isOk: false, problem: { status: 0, code: "unreachable", detail, body: {} } };
  }
}

function readProblem(status: number, answer: string): Problem {
  try {
    const body = JSON.parse(answer) as Record<string, unknown>;
    const text = (name: string): string | null => (typeof body[name] === "string" ? body[name] : null);
    const detail = text("detail") ?? text("title") ?? `The server answered ${status}.`;
    return { status, code: text("code") ?? `http_${status}`, detail: sentence(detail), body };
  } catch {
    return { status, code: `http_${status}`, detail: `The server answered ${status}.`, body: {} };
  }
}

/** The API's details are written to follow a colon; here they stand alone. */
function sentence(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
