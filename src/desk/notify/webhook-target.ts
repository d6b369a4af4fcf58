/** Where a channel that posts leads. */
export interface WebhookTarget {
  /** Name of the channel. */
  readonly name: string;
  /** Address without user, password and fragment; its path is a secret with most receivers. */
  readonly address: string;
  readonly user: string | null;
  readonly password: string | null;
  /** For tests of slow receivers, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Host of a target: what may be shown of it. */
export function shownTarget({ address }: WebhookTarget): string {
  const { host, pathname, search } = new URL(address);
  return pathname.length > 1 || search ? `${host}/…` : host;
}

/** What an answer must not show of a target. */
export function secretsOf({ address, password }: WebhookTarget): string[] {
  const { pathname, search } = new URL(address);
  return [`${pathname}${search}`, pathname, search, password ?? ""].filter((text) => text.length > 1);
}

/** Authorization for a target that has a user or, without one, a token. */
export function authorizationOf({ user, password }: WebhookTarget): Record<string, string> {
  if (user === null) return {};
  return { Authorization: user === "" ? `Bearer ${password ?? ""}` : `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` };
}
