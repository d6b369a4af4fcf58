import { Failure, failures, type FailureCode } from "../errors.ts";
import type { Reply } from "./reply.ts";

/** Where the reference describes a failure; the stable `type` of its problems. */
export function problemType(code: FailureCode): string {
  return `/docs/errors#${code}`;
}

/**
 * A failure as an RFC 9457 problem. `error` repeats what went wrong for clients of the first version.
 *
 * @param more further members, such as the checks of /ready
 */
export function problemReply(failure: Failure, requestId: string, more: Record<string, unknown> = {}): Reply {
  const { status, title } = failures[failure.code];
  const problem = {
    type: problemType(failure.code),
    title,
    status,
    detail: failure.message,
    code: failure.code,
    request_id: requestId,
    ...(failure.fields.length > 0 ? { errors: failure.fields } : {}),
    error: failure.message,
    ...more,
  };
  return { status, headers: { "Content-Type": "application/problem+json", ...failure.headers }, body: JSON.stringify(problem) };
}
