import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Who may acknowledge what, and until when. */
export interface AcknowledgeLink {
  readonly incidentId: number;
  /** Address of the mail that carries it: who acknowledges by it. */
  readonly recipient: string;
  /** In milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export type ReadLink =
  /** `digest` stands for the link where it is noted that it was used. */
  { readonly outcome: "valid"; readonly link: AcknowledgeLink; readonly digest: string } | { readonly outcome: "expired" } | { readonly outcome: "invalid" };

/** How long a link in a mail can be used, in milliseconds: a night and the day after the 24 hours in which the mail may still be retried. */
export const linkLifetimeMs = 172_800_000;

/** Longest token that is looked at, in characters: an address has 320 at most. */
const tokenLengthMost = 700;
const pattern = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([\w-]{1,600})\.([\w-]{43})$/;

/** Makes the token of a link: what it says, and a signature of it. */
export function makeAcknowledgeToken({ incidentId, recipient, expiresAtMs }: AcknowledgeLink, key: Uint8Array): string {
  const said = `${incidentId.toString(36)}.${expiresAtMs.toString(36)}.${Buffer.from(recipient).toString("base64url")}`;
  return `${said}.${sign(said, key)}`;
}

/** Reads a token that somebody sent. It says who the mail was for; whether it was used is the store's to say. */
export function readAcknowledgeToken(token: string, key: Uint8Array, nowMs: number): ReadLink {
  const found = token.length <= tokenLengthMost ? pattern.exec(token) : null;
  if (!found) return { outcome: "invalid" };
  const [, id = "", expiry = "", recipient = "", signature = ""] = found;
  const expected = sign(`${id}.${expiry}.${recipient}`, key);
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return { outcome: "invalid" };
  const link = { incidentId: Number.parseInt(id, 36), recipient: Buffer.from(recipient, "base64url").toString(), expiresAtMs: Number.parseInt(expiry, 36) };
  if (link.expiresAtMs <= nowMs) return { outcome: "expired" };
  return { outcome: "valid", link, digest: createHash("sha256").update(expected).digest("hex") };
}

/** The purpose is part of what is signed, so that nothing else that this key may sign is a link. */
function sign(said: string, key: Uint8Array): string {
  return createHmac("sha256", key).update(`acknowledge.${said}`).digest("base64url");
}
