import { codeOfPath } from "./codes.ts";

/** Longest destination, in characters as sent. */
export const destinationLengthMost = 2_048;

/** The origins a short link of ours can be reached under, lower case, as `URL.host` writes them. */
export type OwnHosts = ReadonlySet<string>;

export type Destination = { outcome: "ok"; url: string; normalizedUrl: string } | { outcome: "refused"; reason: string };

const refused = (reason: string): Destination => ({ outcome: "refused", reason });

/** White space and control characters: browsers strip them, so what a person reads is not where a link goes. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/;

/**
 * Reads a destination: an absolute http(s) address with a host, no credentials, and not one of our own short links.
 *
 * @param own hosts of this service; null where they are not known
 * @returns the address as sent, and as compared for deduplication: scheme and host lower-cased, default port and
 *   empty fragment dropped, path and query untouched (RFC 3986, 6.2.2.1 and 6.2.3)
 */
export function parseDestination(text: string, own: OwnHosts | null): Destination {
  if (text.length > destinationLengthMost) return refused(`must be at most ${destinationLengthMost} characters`);
  const parts = /^(https?):\/\/([^/?#]*)([^#]*)(#.*)?$/i.exec(text);
  if (!parts || unprintable.test(text) || !URL.canParse(text)) return refused("must be an absolute http or https URL with a host");
  const url = new URL(text);
  if (parts[2] === "" || /^\.|\.\.|^\.?$/.test(url.hostname)) return refused("must have a host");
  if (url.username !== "" || url.password !== "" || parts[2]?.includes("@")) return refused("must not contain a user name or password");
  if (own?.has(url.host) && codeOfPath(url.pathname) !== null) return refused("must not be one of our own short links");
  const rest = parts[3] === "" ? "/" : parts[3]?.startsWith("?") ? `/${parts[3]}` : parts[3];
  const fragment = parts[4] === "#" ? "" : (parts[4] ?? "");
  return { outcome: "ok", url: text, normalizedUrl: `${url.protocol}//${url.host}${rest}${fragment}` };
}
