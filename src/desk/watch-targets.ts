import { OperatorError } from "../errors.ts";
import type { Config } from "../config.ts";
import type { WatchTarget } from "./watch/watch-target.ts";

/** Job of the targets that do not say which program they are. */
export const linkServiceJob = "link-service";
const linkServiceMetrics = "/prom_metrics";
const usualMetrics = "/metrics";

export type TargetSettings = Pick<Config, "WATCH_TARGETS" | "WATCH_LOGS" | "WATCH_CANARY" | "WATCH_KEY" | "AUTH_KEYS" | "HOST" | "PORT">;

/**
 * Reads what is watched: addresses of link services, or of other programs with their name in front (`alertmanager+http://…`);
 * without any, the link service beside the desk. The canary is followed at every link service.
 *
 * @throws OperatorError
 */
export function watchTargets(config: TargetSettings): WatchTarget[] {
  const canary = readCanary(config.WATCH_CANARY);
  const isNeighbour = config.WATCH_TARGETS.length === 0;
  const addresses = isNeighbour ? [neighbourOf(config)] : config.WATCH_TARGETS;
  // The neighbour has the same settings, and so the same keys; others are not shown them.
  const key = config.WATCH_KEY || (isNeighbour ? (config.AUTH_KEYS[0] ?? "") : "");
  return addresses.map((text, index) => {
    const [, job = linkServiceJob, address = text] = /^(?:([a-z][a-z0-9-]*)\+)?(https?:.*)$/.exec(text) ?? [];
    const isLinkService = job === linkServiceJob;
    return {
      baseUrl: address,
      job,
      metricsPath: isLinkService ? linkServiceMetrics : usualMetrics,
      logFile: config.WATCH_LOGS[index] ?? null,
      canary: isLinkService ? canary : null,
      token: isLinkService && key !== "" ? key : null,
    };
  });
}

/** Where the link service of the same settings is reached from this machine. */
function neighbourOf({ HOST, PORT }: TargetSettings): string {
  if (HOST === "0.0.0.0") return `http://127.0.0.1:${PORT}`;
  if (HOST === "::") return `http://[::1]:${PORT}`;
  return `http://${HOST.includes(":") ? `[${HOST}]` : HOST}:${PORT}`;
}

function readCanary(text: string): WatchTarget["canary"] {
  if (text === "") return null;
  const [, code, location] = /^\/?([^=\s/]{1,64})=(\S+)$/.exec(text) ?? [];
  if (code === undefined || location === undefined || !URL.canParse(location))
    throw new OperatorError("WATCH_CANARY must be a short code and its destination, such as canary=https://example.org/");
  return { path: `/${code}`, location };
}
