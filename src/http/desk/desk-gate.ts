import { type Config, isLoopback } from "../../config.ts";
import { Failure } from "../../errors.ts";
import { asksForKeys, createAuthenticator } from "../auth.ts";
import { makeSessionToken, readSessionToken } from "./session-token.ts";

/** What a route asks of its caller: nothing, to be known, or to be known and to have come from our own pages. */
export type DeskAccess = "public" | "viewer" | "editor";

/** Name of whoever has not said theirs. */
const nobody = "operator";
const cookieName = "srenity_desk";
/** How long a sign-in lasts, in seconds: a week, so that nobody looks for a key at three in the morning. */
const sessionS = 604_800;
/** Sign-ins with a wrong key within a minute; after that nobody can sign in until it is over. */
const wrongMost = 10;
const wrongWithinMs = 60_000;
const reading: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export interface DeskGate {
  readonly isOpen: boolean;
  /** Who calls. @throws Failure `unauthorized`, `forbidden` */
  admit(request: Request, access: DeskAccess): Promise<string>;
  /** Who is signed in; null for nobody. */
  authorOf(request: Request): string | null;
  /** Signs in; the cookie. @throws Failure `unauthorized`, `rate_limited` */
  signIn(key: string, name: string | null): { author: string; cookie: string };
  /** The cookie that signs out. */
  signOut(): string;
}

export interface DeskGateParts {
  readonly config: Pick<Config, "AUTH" | "AUTH_KEYS" | "HOST" | "DESK_URL">;
  readonly nowMs: () => number;
}

/**
 * Makes the gate: keys of AUTH_KEYS as the link service has them, or a cookie that was got for one. The desk knows no keys out of
 * the link service's store, because it has to open when that store does not.
 */
export function createDeskGate({ config, nowMs }: DeskGateParts): DeskGate {
  const isOpen = !asksForKeys(config);
  const keys = createAuthenticator({ config, keys: { verify: async () => null }, nowMs });
  const flags = `Path=/; HttpOnly; SameSite=Strict${config.DESK_URL?.startsWith("https:") ? "; Secure" : ""}`;
  let wrong: number[] = [];

  const authorOf = (request: Request): string | null => {
    if (isOpen) return nobody;
    const token = cookieOf(request, cookieName);
    return token === null ? null : (readSessionToken(token, config.AUTH_KEYS, nowMs())?.author ?? null);
  };

  return {
    isOpen,
    authorOf,
    admit: async (request, access) => {
      if (access === "public") return nobody;
      if (isOpen && config.AUTH === "auto") refuseForeignHost(request, config.DESK_URL);
      const author = request.headers.has("authorization") ? null : authorOf(request);
      if (author === null) {
        await keys.admit(request, access);
        return nobody;
      }
      if (!reading.has(request.method)) refuseForeignOrigin(request);
      return author;
    },
    signIn: (key, name) => {
      const atMs = nowMs();
      wrong = wrong.filter((wrongMs) => Math.abs(atMs - wrongMs) < wrongWithinMs);
      if (wrong.length >= wrongMost) throw new Failure("rate_limited", "too many wrong keys", { headers: { "Retry-After": String(wrongWithinMs / 1_000) } });
      const author = name ?? nobody;
      const known = config.AUTH_KEYS.find((each) => isSame(each, key));
      if (known === undefined) {
        wrong.push(atMs);
        throw new Failure("unauthorized", "this key is not valid");
      }
      const token = makeSessionToken({ author, expiresAtMs: atMs + sessionS * 1_000 }, known);
      return { author, cookie: `${cookieName}=${token}; Max-Age=${sessionS}; ${flags}` };
    },
    signOut: () => `${cookieName}=; Max-Age=0; ${flags}`,
  };
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Uint8Array => new Bun.CryptoHasher("sha256").update(text).digest();
  return Buffer.from(digest(one)).equals(digest(other));
}

function cookieOf(request: Request, name: string): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}

/** A page elsewhere whose name leads to this machine is not one of ours, whatever it calls itself. @throws Failure `forbidden` */
function refuseForeignHost(request: Request, deskUrl: string | null): void {
  const { hostname, host } = new URL(request.url);
  if (isLoopback(hostname.replace(/^\[(.*)\]$/, "$1")) || (deskUrl !== null && new URL(deskUrl).host === host)) return;
  throw new Failure("forbidden", "the desk is open to this machine only, under its own name; set DESK_URL for another name, or AUTH_KEYS and AUTH=on");
}

/** A change that a browser makes has to come from one of our own pages. @throws Failure `forbidden` */
export function refuseForeignOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isForeignSite = site !== null && site !== "same-origin" && site !== "none";
  const isForeignOrigin = origin !== null && (!URL.canParse(origin) || new URL(origin).host !== (request.headers.get("host") ?? new URL(request.url).host));
  if (isForeignSite || isForeignOrigin) throw new Failure("forbidden", "this change does not come from the desk's own pages");
}
