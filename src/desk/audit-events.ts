import { cleanText } from "./watch/clean-text.ts";
import { fetchAnswer } from "./watch/fetch-answer.ts";
import type { WatchTarget } from "./watch/watch-target.ts";

/** How long the link service may take to say what changed, in milliseconds: it may be the one that is in trouble. */
const askTimeoutMs = 2_000;
const answerBytesMost = 262_144;
/** Changed links of a kind that are told; created ones are only counted. */
const toldMost = 20;
const textLengthMost = 200;

/** A change as the evidence of an incident lists it. */
export interface ToldChange {
  readonly atMs: number;
  readonly text: string;
}

/** The last changes of links, by the audit events of a link service; none when it does not answer. Never throws. */
export async function readAuditEvents(target: WatchTarget, span: { fromMs: number; toMs: number }, signal: AbortSignal): Promise<ToldChange[]> {
  const ask = async (type: string, count: number): Promise<{ total: number; events: unknown[] }> => {
    const query = new URLSearchParams({
      event_type: type,
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      per_page: String(count),
      time: "rfc3339",
    });
    const headers: Record<string, string> = target.token === null ? {} : { Authorization: `Bearer ${target.token}` };
    const address = `${target.baseUrl}/events?${query.toString()}`;
    const answer = await fetchAnswer({ address, timeoutMs: askTimeoutMs, bytesMost: answerBytesMost, headers, reusesConnections: false, signal });
    if (!answer.isComplete || answer.status !== 200) return { total: 0, events: [] };
    const events = parseList(answer.body);
    return { total: Number(answer.headers.get("x-total-count") ?? events.length), events };
  };
  const [updated, deleted, created] = await Promise.all([ask("updated", toldMost), ask("deleted", toldMost), ask("created", 1)]);
  const told = [...updated.events, ...deleted.events].flatMap((event) => changeOf(event) ?? []);
  const counted = created.total > 0 ? [{ atMs: span.toMs, text: `${created.total} links were created within that time` }] : [];
  return [...told.toSorted((a, b) => a.atMs - b.atMs), ...counted];
}

function parseList(body: Uint8Array): unknown[] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function changeOf(event: unknown): ToldChange | null {
  if (typeof event !== "object" || event === null) return null;
  const { event_type: type, timestamp, details } = event as Record<string, unknown>;
  const atMs = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  if (typeof type !== "string" || Number.isNaN(atMs)) return null;
  const { short_code: code, changes } = (typeof details === "object" && details !== null ? details : {}) as Record<string, unknown>;
  const fields = typeof changes === "object" && changes !== null ? ` (${Object.keys(changes).join(", ")})` : "";
  return { atMs, text: cleanText(`link ${typeof code === "string" ? code : "?"} was ${type}${fields}`, textLengthMost) };
}
