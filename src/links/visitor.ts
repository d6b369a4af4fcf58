import { isIP } from "node:net";
import Bowser from "bowser";
import { isbot } from "isbot";
import { BoundedCache } from "./bounded-cache.ts";

/** User agents remembered, so that each is parsed once. */
const agentsMost = 2_000;

interface Agent {
  browser: string;
  system: string;
  device: string;
}

const unknownAgent: Agent = { browser: "unknown", system: "unknown", device: "unknown" };
const agents = new BoundedCache<Agent>(agentsMost);
const bots = new BoundedCache<boolean>(agentsMost);

/** Whether a user agent is a known crawler, monitor or library. */
export function isBotAgent(userAgent: string | null): boolean {
  if (userAgent === null) return false;
  const known = bots.get(userAgent);
  if (known !== undefined) return known;
  const isBot = isbot(userAgent);
  bots.set(userAgent, isBot);
  return isBot;
}

function agentOf(userAgent: string | null): Agent {
  if (!userAgent) return unknownAgent;
  const known = agents.get(userAgent);
  if (known) return known;
  const { browser, os, platform } = Bowser.parse(userAgent);
  const agent = { browser: browser.name || "unknown", system: os.name || "unknown", device: platform.type || "unknown" };
  agents.set(userAgent, agent);
  return agent;
}

/** The host a visitor came from; `direct` without a referrer, `unknown` when it cannot be read. */
function referrerHost(referrer: string | null): string {
  if (!referrer) return "direct";
  return URL.canParse(referrer) ? new URL(referrer).hostname || "unknown" : "unknown";
}

/** ISO 3166-1 alpha-2 of an address, or null. */
export type CountryOf = (address: string) => string | null;

/** Tells what is counted of a click, from what was kept of it. */
export function describeVisitor(countryOf: CountryOf): (click: { referrer: string | null; userAgent: string | null; clientAddress: string | null }) => {
  referrer: string;
  browser: string;
  system: string;
  device: string;
  country: string;
} {
  return ({ referrer, userAgent, clientAddress }) => ({
    ...agentOf(userAgent),
    referrer: referrerHost(referrer),
    country: (clientAddress && countryOf(clientAddress)) || "unknown",
  });
}

/** How addresses are kept: the settings' CLIENT_ADDRESS. */
export type AddressPrivacy = "truncated" | "full" | "none";

/** An address as it may be kept: IPv4 to /24, IPv6 to /48, an IPv4 address within IPv6 as IPv4. Null when there is none. */
export function keptAddress(address: string | null, privacy: AddressPrivacy): string | null {
  if (address === null || privacy === "none") return null;
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  if (privacy === "full") return plain;
  const dot = plain.lastIndexOf(".");
  if (dot !== -1 && !plain.includes(":")) return `${plain.slice(0, dot)}.0`;
  if (isIP(plain) !== 6) return null;
  return `${firstGroups(plain, 3).join(":")}::`;
}

/** The first groups of an IPv6 address, with what `::` stands for written out. */
function firstGroups(address: string, count: number): string[] {
  const [left = "", right] = address.replace(/%.*$/, "").split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right ? right.split(":") : [];
  const zeros = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(zeros).fill("0"), ...tail].slice(0, count);
}
