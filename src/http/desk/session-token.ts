import { createHmac, timingSafeEqual } from "node:crypto";

/** Who is signed in, and until when. */
export interface Session {
  readonly author: string;
  /** In milliseconds since 1970. */
  readonly expiresAtMs: number;
}

const pattern = /^([0-9a-z]{1,11})\.([\w-]{1,200})\.([\w-]{43})$/;

/** Makes what the cookie holds: who it is for, and a signature by the key that was shown. Taking the key away ends its sessions. */
export function makeSessionToken({ author, expiresAtMs }: Session, key: string): string {
  const said = `${expiresAtMs.toString(36)}.${Buffer.from(author).toString("base64url")}`;
  return `${said}.${sign(said, key)}`;
}

/** Reads a token; null when none of the keys signed it, or it has expired. */
export function readSessionToken(token: string, keys: readonly string[], nowMs: number): Session | null {
  const [, expiry = "", author = "", signature = ""] = pattern.exec(token) ?? [];
  if (signature === "") return null;
  const sent = Buffer.from(signature);
  // Every key is tried, so that the time taken does not tell which one it was.
  const signers = keys.filter((key) => timingSafeEqual(Buffer.from(sign(`${expiry}.${author}`, key)), sent));
  const expiresAtMs = Number.parseInt(expiry, 36);
  return signers.length > 0 && nowMs < expiresAtMs ? { author: Buffer.from(author, "base64url").toString(), expiresAtMs } : null;
}

/** The purpose is part of what is signed. */
function sign(said: string, key: string): string {
  return createHmac("sha256", key).update(`desk-session.${said}`).digest("base64url");
}
