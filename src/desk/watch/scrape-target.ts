import { expositionLengthMost, parseExposition, type Sample } from "./exposition.ts";
import { fetchAnswer } from "./fetch-answer.ts";
import { createNameFilter, type NameFilter } from "./name-filter.ts";
import { createSeriesMemory } from "./series-memory.ts";
import type { SeriesTemplates } from "./series-templates.ts";
import { labelsOf, type WatchTarget } from "./watch-target.ts";

/** How long a target may take for its whole answer, in milliseconds: less than the interval of five seconds. */
export const scrapeTimeoutMs = 4_000;

/** What one scrape found. */
export interface Scrape {
  readonly isUp: boolean;
  /** Why it is not up, in words. */
  readonly fault: string | null;
  readonly durationMs: number;
  /** Samples that the target gave. */
  readonly sampleCount: number;
  /** Those, `up` and what the scrape took; a value of NaN for each series that ended. */
  readonly samples: readonly Sample[];
  /** Version as `srenity_build_info` names it, and start of the process in milliseconds since 1970, where it says so. */
  readonly version: string | null;
  readonly startedAtMs: number | null;
}

export interface ScrapeOptions {
  readonly target: WatchTarget;
  /** Metrics that are kept; null keeps all. Those that show deploys and restarts are kept always. */
  readonly wanted: Iterable<string> | null;
  /** Shared by all targets of a desk. */
  readonly templates: SeriesTemplates;
  readonly timeoutMs: number;
  readonly monotonicMs: () => number;
}

/** A target and what its series are called. */
export interface ScrapeTarget {
  /** Asks the target once; never throws. One at a time. */
  scrape(signal: AbortSignal): Promise<Scrape>;
}

const versionMetric = "srenity_build_info";
const startMetric = "process_start_time_seconds";
/** Series that a scrape itself writes; a target cannot say that it is up. */
const ownMetrics = ["up", "scrape_duration_seconds", "scrape_samples_scraped"] as const;

/** Prepares the scrapes of one target. */
export function createScrapeTarget({ target, wanted, templates, timeoutMs, monotonicMs }: ScrapeOptions): ScrapeTarget {
  const labels = labelsOf(target);
  const memory = createSeriesMemory(labels, templates);
  const isWanted = filterOf(wanted);
  const [up, duration, scraped] = ownMetrics.map((name) => ({ __name__: name, ...labels }));
  const headers = { Accept: "text/plain;version=0.0.4, */*;q=0.1", ...(target.token === null ? {} : { Authorization: `Bearer ${target.token}` }) };
  const address = `${target.baseUrl}${target.metricsPath}`;

  return {
    scrape: async (signal) => {
      const startedMs = monotonicMs();
      const answer = await fetchAnswer({ address, timeoutMs, bytesMost: expositionLengthMost, headers, reusesConnections: true, signal });
      const text = answer.isComplete ? textOf(answer) : answer;
      const found =
        "fault" in text
          ? { isRead: false as const, fault: text.fault, ended: memory.endAll() }
          : parseExposition(text.text, { isWanted, memory, isOpenMetrics: text.isOpenMetrics });
      const durationMs = monotonicMs() - startedMs;
      const given = found.isRead ? found.samples : [];
      const samples = [...given, ...found.ended.map((ended) => ({ labels: ended, value: Number.NaN }))];
      if (up) samples.push({ labels: up, value: found.isRead ? 1 : 0 });
      if (duration) samples.push({ labels: duration, value: durationMs / 1_000 });
      if (scraped) samples.push({ labels: scraped, value: given.length });
      return { isUp: found.isRead, fault: found.isRead ? null : found.fault, durationMs, sampleCount: given.length, samples, ...identityOf(given) };
    },
  };
}

function filterOf(wanted: Iterable<string> | null): NameFilter {
  const isOwn = createNameFilter(ownMetrics);
  if (wanted === null) return (text, from, to) => !isOwn(text, from, to);
  const kept = new Set([...wanted, versionMetric, startMetric]);
  for (const name of ownMetrics) kept.delete(name);
  return createNameFilter(kept);
}

type ExposedText = { readonly text: string; readonly isOpenMetrics: boolean } | { readonly fault: string };

const decoder = new TextDecoder("utf-8", { fatal: true });

function textOf({ status, headers, body }: { status: number; headers: Headers; body: Uint8Array }): ExposedText {
  if (status >= 300 && status < 400) return { fault: `status ${status}; redirects are not followed` };
  if (status !== 200) return { fault: `status ${status}` };
  if ((headers.get("content-encoding") ?? "identity") !== "identity") return { fault: "the answer is packed, which was not asked for" };
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const isOpenMetrics = type === "application/openmetrics-text";
  if (type !== "text/plain" && !isOpenMetrics) return { fault: wrongType(type) };
  try {
    return { text: decoder.decode(body), isOpenMetrics };
  } catch {
    return { fault: "the answer is no UTF-8" };
  }
}

function wrongType(type: string): string {
  const isShowable = /^[a-z0-9.+/-]{1,100}$/.test(type);
  return `content type ${isShowable ? type : "missing"}, where metrics are text/plain`;
}

function identityOf(samples: readonly Sample[]): Pick<Scrape, "version" | "startedAtMs"> {
  let version: string | null = null;
  let startedAtMs: number | null = null;
  for (const { labels, value } of samples) {
    if (labels["__name__"] === versionMetric) version ??= labels["version"] ?? null;
    else if (labels["__name__"] === startMetric) startedAtMs ??= Number.isFinite(value) ? value * 1_000 : null;
  }
  return { version, startedAtMs };
}
