const redacted = "[redacted]";
const secretKey = /(authorization|cookie|secret|password|token|key)s?$/i;
const addressInText = /[a-z][a-z0-9+.-]{0,15}:\/\/[^\s"'<>]+/gi;

/** How deep a field is followed, how many members are shown, and how long a text may be, in characters. */
const depthLimit = 5;
const memberLimit = 100;
const textLimit = 8_192;

/** A URL as scheme, host and path: no credentials, no fragment, and `?…` for a query. */
export function redactUrl(text: string): string {
  const cut = text.search(/[?#]/);
  const kept = cut === -1 ? text : text.slice(0, cut);
  const bare = kept.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/]*@/i, "$1//");
  return cut !== -1 && text[cut] === "?" ? `${bare}?…` : bare;
}

/** Log fields without secrets: values of secret keys are hidden, URLs in texts redacted, errors spelled out. */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactMembers(fields, 0);
}

function redactMembers(members: object, depth: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(members).slice(0, memberLimit)) shown[key] = secretKey.test(key) ? redacted : redactValue(value, depth + 1);
  return shown;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value;
  if (depth > depthLimit) return "[too deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.slice(0, memberLimit).map((member) => redactValue(member, depth + 1));
  return redactMembers(value, depth);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = "code" in error ? { code: error.code } : {};
  const shownCause = cause === undefined ? {} : { cause: redactValue(cause, depth + 1) };
  return { type: name, message: redactText(message), ...code, stack: redactText(stack ?? ""), ...shownCause };
}

function redactText(text: string): string {
  const kept = text.length > textLimit ? `${text.slice(0, textLimit)}…` : text;
  return kept.includes("://") ? kept.replace(addressInText, redactUrl) : kept;
}
