/**
 * The closed set of failure codes: everything that can go wrong for a client, what it means and what to do.
 * `docs/errors.md` and the page behind every problem's `type` are generated from this table.
 */
export const failures = {
  body_malformed: { status: 400, title: "The body cannot be read", remedy: "Send one well-formed JSON object, UTF-8." },
  body_not_object: { status: 400, title: "The body is not a JSON object", remedy: "Wrap the fields in { … }." },
  body_missing: { status: 400, title: "The body is missing", remedy: "Send a JSON object as the request body." },
  field_missing: { status: 400, title: "A required field is missing", remedy: "Add the fields named in `errors`." },
  query_invalid: { status: 400, title: "A query value cannot be read", remedy: "Correct the parameters named in `errors`." },
  csv_invalid: { status: 400, title: "The file cannot be read as CSV", remedy: "Send UTF-8 CSV with a header line, as one file part or a text/csv body." },
  unauthorized: { status: 401, title: "A valid key is needed", remedy: "Send `Authorization: Bearer KEY`; make one with `srenity key create`." },
  forbidden: { status: 403, title: "This key may not do that", remedy: "Use a key whose role allows it: viewer reads, editor writes, admin does everything." },
  user_not_found: { status: 404, title: "user not found", remedy: "Check the id with GET /users." },
  url_not_found: { status: 404, title: "url not found", remedy: "Check the id or short code with GET /urls." },
  event_not_found: { status: 404, title: "event not found", remedy: "Check the id with GET /events." },
  incident_not_found: { status: 404, title: "incident not found", remedy: "Check the id with GET /api/incidents of the desk." },
  entry_not_found: { status: 404, title: "there is no such entry", remedy: "Read the list again: somebody may have removed it, or it has ended." },
  route_not_found: { status: 404, title: "no such route", remedy: "See /docs for every path." },
  method_not_allowed: { status: 405, title: "This method is not allowed here", remedy: "Use one of the methods in the Allow header." },
  body_timeout: {
    status: 408,
    title: "The body did not arrive in time",
    remedy: "Send the request again over a faster connection, or use `srenity import` for large files.",
  },
  username_taken: { status: 409, title: "username is taken", remedy: "Choose another username." },
  email_taken: { status: 409, title: "email is taken", remedy: "Use another email, or the user that has it." },
  code_taken: { status: 409, title: "short code is taken", remedy: "Choose another short code." },
  code_reserved: { status: 409, title: "short code is reserved", remedy: "Choose a code that is not a path of the service." },
  code_retired: { status: 409, title: "short code is retired", remedy: "A code is never given out twice; choose another." },
  incident_changed: {
    status: 409,
    title: "The incident does not stand where this step may be taken from",
    remedy: "Look at `incident` in the answer: somebody else was faster, or the step is not the next one.",
  },
  postmortem_changed: { status: 409, title: "Somebody else saved the post-mortem", remedy: "Read it again and merge; a save names the `version` that it saw." },
  drill_running: {
    status: 409,
    title: "A drill is running",
    remedy: "Drills run one at a time: wait until GET /api/drills of the desk says that it has ended.",
  },
  idempotency_in_progress: {
    status: 409,
    title: "The first request with this key has no answer yet",
    remedy: "Retry after the time in Retry-After; if the first attempt was cut off by a crash, check what exists and use a new key.",
  },
  body_too_large: { status: 413, title: "The body is too large", remedy: "JSON may have 1 MB, CSV 50 MB; split it, or use `srenity import`." },
  media_type_unsupported: {
    status: 415,
    title: "This media type is not supported",
    remedy: "Send application/json (or text/csv, multipart/form-data for bulk imports).",
  },
  field_invalid: { status: 422, title: "A field has the wrong type or format", remedy: "Correct the fields named in `errors`." },
  idempotency_mismatch: { status: 422, title: "This Idempotency-Key was used for another request", remedy: "Use a new key for a new request." },
  rate_limited: { status: 429, title: "Too many requests", remedy: "Retry after the time in Retry-After." },
  internal: { status: 500, title: "An unexpected fault", remedy: "Report it with the request_id; the log has the details under that id." },
  store_busy: { status: 503, title: "The store is locked", remedy: "Nothing was changed; retry after the time in Retry-After." },
  store_full: { status: 503, title: "The disk is full", remedy: "Nothing was changed; free space in the data folder. Redirects go on." },
  store_damaged: { status: 503, title: "The store is damaged", remedy: "Stop the service and restore a backup with `srenity restore`." },
  store_unavailable: { status: 503, title: "The store does not answer", remedy: "Nothing was changed; retry after the time in Retry-After." },
  shutting_down: { status: 503, title: "The service is stopping", remedy: "Retry after the time in Retry-After; another instance will answer." },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type FailureCode = keyof typeof failures;

/** One field at fault, named as the client sent it. */
export interface FieldFault {
  field: string;
  message: string;
}

/** Seconds a client is asked to wait before it retries a 503. */
const retryAfterDefaultS = 1;

/** A failure a client is told about. Thrown where the request cannot go on; turned into a problem in one place. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly fields: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: FailureCode, detail?: string, more: { fields?: readonly FieldFault[]; headers?: Record<string, string>; cause?: unknown } = {}) {
    super(detail ?? failures[code].title, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "Failure";
    this.code = code;
    this.fields = more.fields ?? [];
    const waits = failures[code].status === 503 || code === "idempotency_in_progress";
    this.headers = { ...(waits ? { "Retry-After": String(retryAfterDefaultS) } : {}), ...more.headers };
  }

  /** HTTP status of the failure's code. */
  get status(): number {
    return failures[this.code].status;
  }
}

/** A mistake of the operator: printed as one sentence, without a stack, and the program exits. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}

/** Exit status for a mistake in settings or surroundings (EX_CONFIG of sysexits.h): a supervisor must not retry it. */
export const exitConfig = 78;
