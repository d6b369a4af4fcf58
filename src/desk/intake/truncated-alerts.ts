import { fetchAnswer } from "../watch/fetch-answer.ts";
import type { WatchTarget } from "../watch/watch-target.ts";
import { type AlertmanagerAlert, alertmanagerList, type AlertmanagerMessage } from "./alertmanager-message.ts";

/** How long Alertmanager may take to list its alerts, in milliseconds: it waits for our answer meanwhile, ten seconds by default. */
const fetchTimeoutMs = 4_000;
/** Largest list, in bytes: five thousand alerts of a kilobyte. */
const listBytesMost = 5_242_880;
/** Most labels of a group that the list is narrowed by. */
const filtersMost = 10;

export type Rest = { readonly alerts: readonly AlertmanagerAlert[] } | { readonly fault: string };

/**
 * Fetches the alerts of a group that a message left out. Only an Alertmanager that the settings name is asked, at the address they
 * give: the address in the message decides nothing but which one it is, so that nobody makes the desk call where they like.
 */
export async function fetchTruncated(message: AlertmanagerMessage, targets: readonly WatchTarget[], signal: AbortSignal): Promise<Rest> {
  const sender = targets.find(({ job, baseUrl }) => job === "alertmanager" && hostOf(baseUrl) === hostOf(message.externalURL));
  if (!sender) return { fault: "its Alertmanager is none of WATCH_TARGETS" };
  const query = new URLSearchParams({ active: "true", silenced: "false", inhibited: "false" });
  for (const [label, value] of Object.entries(message.groupLabels).slice(0, filtersMost)) query.append("filter", `${label}=${JSON.stringify(value)}`);
  const address = `${sender.baseUrl}/api/v2/alerts?${query.toString()}`;
  const answer = await fetchAnswer({ address, timeoutMs: fetchTimeoutMs, bytesMost: listBytesMost, headers: {}, reusesConnections: false, signal });
  if (!answer.isComplete) return { fault: answer.fault };
  if (answer.status !== 200) return { fault: `status ${answer.status}` };
  const list = alertmanagerList.safeParse(parsed(answer.body));
  return list.success ? { alerts: list.data } : { fault: "its list cannot be read" };
}

function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
