import { createHash, timingSafeEqual } from "node:crypto";
import { type Config, isLoopback } from "../config.ts";
import { Failure } from "../errors.ts";
import type { KeyStore, Role } from "../storage/store.ts";

/** How long a verified key is trusted without asking the store again, in milliseconds. */
const trustedMs = 5_000;
/** Most keys, known and unknown, that are remembered. */
const rememberedMost = 1_000;
/** Longest key that is looked at, in characters. */
const keyLengthMost = 512;

/** Who calls. `scope` keeps the Idempotency-Keys of callers apart. */
export interface Caller {
  scope: string;
  role: Role;
}

/** What an operation asks of its caller: nothing, any key, or at least a role. */
export type Access = "public" | Role;

export interface Authenticator {
  /**
   * Finds out who calls and whether they may.
   *
   * @throws Failure `unauthorized` without a valid key, `forbidden` for a role that may not
   */
  admit(request: Request, access: Access): Promise<Caller>;
  /** Forgets verified keys, so that a revoked one is refused at once. */
  forget(): void;
}

/** Whether the API asks for keys: AUTH=on, or AUTH=auto on anything but loopback. */
export function asksForKeys(config: Pick<Config, "AUTH" | "HOST">): boolean {
  return config.AUTH === "on" || (config.AUTH === "auto" && !isLoopback(config.HOST));
}

const anonymous: Caller = { scope: "anyone", role: "admin" };
const rank: Record<Role, number> = { viewer: 1, editor: 2, admin: 3 };

/** Makes the gate of the API from the settings and the stored keys. */
export function createAuthenticator(parts: {
  config: Pick<Config, "AUTH" | "AUTH_KEYS" | "HOST">;
  keys: Pick<KeyStore, "verify">;
  nowMs: () => number;
}): Authenticator {
  const isOpen = !asksForKeys(parts.config);
  const adminDigests = parts.config.AUTH_KEYS.map((key) => digestOf(key));
  const remembered = new Map<string, { caller: Caller | null; untilMs: number }>();
  let forgettings = 0;

  const callerOf = async (key: string): Promise<Caller | null> => {
    const digest = digestOf(key);
    // Every key is compared, so that the time taken does not tell which one is close.
    const matches = adminDigests.filter((admin) => timingSafeEqual(admin, digest));
    const hash = digest.toString("hex");
    if (matches.length > 0) return { scope: `admin-${hash.slice(0, 16)}`, role: "admin" };
    const nowMs = parts.nowMs();
    const known = remembered.get(hash);
    if (known && nowMs < known.untilMs) return known.caller;
    const forgettingsBefore = forgettings;
    const stored = await parts.keys.verify(hash, nowMs);
    const caller: Caller | null = stored ? { scope: `key-${stored.id}`, role: stored.role } : null;
    if (forgettingsBefore !== forgettings) return caller;
    if (remembered.size >= rememberedMost) remembered.clear();
    remembered.set(hash, { caller, untilMs: Math.min(nowMs + trustedMs, stored?.expiresAtMs ?? Infinity) });
    return caller;
  };

  return {
    admit: async (request, access) => {
      if (isOpen || access === "public") return anonymous;
      const header = request.headers.get("authorization");
      const key = header === null ? null : (/^bearer +(\S+) *$/i.exec(header)?.[1] ?? "");
      if (key === null) throw new Failure("unauthorized", undefined, { headers: { "WWW-Authenticate": "Bearer" } });
      const caller = key === "" || key.length > keyLengthMost ? null : await callerOf(key);
      if (!caller) throw new Failure("unauthorized", "this key is not valid", { headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } });
      if (rank[caller.role] < rank[access]) throw new Failure("forbidden", `this needs the role ${access}, the key is ${caller.role}`);
      return caller;
    },
    forget: () => {
      forgettings++;
      remembered.clear();
    },
  };
}

function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
