import { OperatorError } from "../../errors.ts";
import type { Channel } from "./channel.ts";
import { createDiscordChannel } from "./discord-channel.ts";
import { createNtfyChannel } from "./ntfy-channel.ts";
import { createSlackChannel } from "./slack-channel.ts";
import { createTeamsChannel } from "./teams-channel.ts";
import { createWebhookChannel } from "./webhook-channel.ts";
import type { WebhookTarget } from "./webhook-target.ts";

/** Most channels beside mail. */
const channelsMost = 20;
const namePattern = /^[a-z0-9][a-z0-9-]{0,31}$/;

export interface NotifyUrlOptions {
  /** For `webhook+` addresses. */
  readonly webhookKeys: readonly Uint8Array[];
  readonly nowMs: () => number;
}

type Make = (target: WebhookTarget, options: NotifyUrlOptions) => Channel;

const makers: Readonly<Record<string, Make>> = {
  slack: createSlackChannel,
  discord: createDiscordChannel,
  teams: createTeamsChannel,
  ntfy: createNtfyChannel,
  webhook: (target, { webhookKeys, nowMs }) => createWebhookChannel({ target, keys: webhookKeys, nowMs }),
};

/**
 * Reads comma-separated addresses such as `slack+https://hooks.slack.com/…`, `ntfy+https://:token@ntfy.sh/topic` or
 * `webhook+https://example.org/hook#night-shift`, where the part behind `#` names the channel.
 *
 * @throws OperatorError that lists all faults by the place of the address: the addresses themselves are secrets
 */
export function readNotifyUrls(text: string, options: NotifyUrlOptions): Channel[] {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
  const channels: Channel[] = [];
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const made = readOne(entry, { taken: channels.map(({ name }) => name), options });
    if (typeof made === "string") faults.push(`  address ${index + 1} ${made}`);
    else channels.push(made);
  }
  if (entries.length > channelsMost) faults.push(`  there are ${entries.length} addresses, ${channelsMost} are the most`);
  if (faults.length > 0) throw new OperatorError(`NOTIFY_URLS is wrong:\n${faults.join("\n")}`);
  return channels;
}

/** The channel, or what is wrong with its address. */
function readOne(entry: string, { taken, options }: { taken: readonly string[]; options: NotifyUrlOptions }): Channel | string {
  const [, kind = "", rest = ""] = /^([a-z]+)\+(https?:\/\/.+)$/i.exec(entry) ?? [];
  const make = Object.hasOwn(makers, kind.toLowerCase()) ? makers[kind.toLowerCase()] : undefined;
  if (!make || !URL.canParse(rest)) return `must begin with ${Object.keys(makers).join("+, ")}+ and an http(s) address`;
  const url = new URL(rest);
  const own = url.hash.slice(1);
  if (own !== "" && (!namePattern.test(own) || own === "mail")) return "has a name behind # that is not of a-z, 0-9 and -, or is mail";
  const name = own || freeName(kind.toLowerCase(), taken);
  if (taken.includes(name)) return `has the name ${name}, which another has`;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === null || password === null) return "has a user or password in which % is not written as %25";
  url.username = url.password = url.hash = "";
  if (kind.toLowerCase() === "ntfy" && !/^\/[\w-]{1,64}$/.test(url.pathname)) return "must end with one topic, such as https://ntfy.sh/topic";
  if (kind.toLowerCase() === "webhook" && options.webhookKeys.length === 0) return "needs WEBHOOK_SECRET, which signs what is sent";
  const hasLogin = user !== "" || password !== "";
  return make({ name, address: url.href, user: hasLogin ? user : null, password: hasLogin ? password : null }, options);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** `slack`, then `slack-2`. */
function freeName(kind: string, taken: readonly string[]): string {
  let name = kind;
  for (let number = 2; taken.includes(name); number++) name = `${kind}-${number}`;
  return name;
}
