import { parseArgs } from "node:util";
import type { Config } from "../config.ts";
import { OperatorError } from "../errors.ts";
import type { Role, Store } from "../storage/store.ts";
import { openStore } from "./open-store.ts";

export const keyHelp = `srenity key: the keys of the API

  srenity key create --name NAME [--role admin|editor|viewer] [--days N]
  srenity key list
  srenity key revoke ID

A key is shown once, when it is made; only its SHA-256 is stored. viewer reads, editor writes, admin does everything.`;

const roles = ["admin", "editor", "viewer"] as const satisfies Role[];
const dayMs = 86_400_000;
/** Random bytes of a secret. */
const secretBytes = 24;

/** Makes, lists and revokes keys; returns the exit status. */
export async function runKey(args: string[], config: Config): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { name: { type: "string" }, role: { type: "string", default: "editor" }, days: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  const [verb, id] = positionals;
  if (values.help || verb === undefined) {
    console.log(keyHelp);
    return values.help ? 0 : 2;
  }
  const store = await openStore(config);
  try {
    if (verb === "create") await createKey(store, values);
    else if (verb === "list") await listKeys(store);
    else if (verb === "revoke") await revokeKey(store, id);
    else throw new OperatorError(`\`srenity key ${verb}\` is not known: use create, list or revoke.`);
    return 0;
  } finally {
    await store.close();
  }
}

async function createKey(store: Store, { name, role, days }: { name?: string; role: string; days?: string }): Promise<void> {
  if (!name?.trim()) throw new OperatorError("A key needs a name, so that its use can be told: add --name NAME.");
  const found = roles.find((each) => each === role);
  if (!found) throw new OperatorError(`--role must be one of ${roles.join(", ")}.`);
  if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days)) throw new OperatorError("--days must be a whole number from 1 to 99999.");
  const secret = `sk_${Buffer.from(crypto.getRandomValues(new Uint8Array(secretBytes))).toString("base64url")}`;
  const hash = new Bun.CryptoHasher("sha256").update(secret).digest("hex");
  const now = Date.now();
  const key = await store.keys.create({ name: name.trim(), role: found, hash, expiresAtMs: days === undefined ? null : now + Number(days) * dayMs }, now);
  console.error(`Key ${key.id} (${key.name}, ${key.role}) is made. It is shown this once:`);
  console.log(secret);
}

async function listKeys(store: Store): Promise<void> {
  const keys = await store.keys.list();
  if (keys.length === 0) return console.log("There is no key yet. Make one with `srenity key create --name NAME`.");
  const date = (atMs: number | null): string => (atMs === null ? "never" : new Date(atMs).toISOString().slice(0, 16).replace("T", " "));
  console.table(
    keys.map((key) => ({
      id: key.id,
      name: key.name,
      role: key.role,
      created: date(key.createdAtMs),
      expires: date(key.expiresAtMs),
      "last used": date(key.lastUsedAtMs),
      revoked: key.revokedAtMs === null ? "" : date(key.revokedAtMs),
    })),
  );
}

async function revokeKey(store: Store, id: string | undefined): Promise<void> {
  if (!id || !/^\d{1,15}$/.test(id)) throw new OperatorError("Say which key: `srenity key revoke ID`; `srenity key list` shows the ids.");
  if (!(await store.keys.revoke(Number(id), Date.now()))) throw new OperatorError(`There is no key ${id} that could be revoked.`);
  console.log(`Key ${id} is revoked; a running service refuses it within seconds.`);
}
