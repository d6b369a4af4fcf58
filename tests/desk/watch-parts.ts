import { createProbeTarget, type Probe } from "../../src/desk/watch/probe-target.ts";
import { createScrapeTarget, type Scrape, type ScrapeTarget } from "../../src/desk/watch/scrape-target.ts";
import { createSeriesTemplates } from "../../src/desk/watch/series-templates.ts";
import type { Sample } from "../../src/desk/watch/exposition.ts";
import type { WatchTarget } from "../../src/desk/watch/watch-target.ts";

const monotonicMs = (): number => performance.now();
const never = new AbortController().signal;

/** A target with nothing but its address, unless a test says otherwise. */
export function targetOf(baseUrl: string, more: Partial<WatchTarget> = {}): WatchTarget {
  return { baseUrl, job: "link-service", metricsPath: "/prom_metrics", logFile: null, canary: null, token: null, ...more };
}

export function scraperOf(target: WatchTarget, timeoutMs: number, wanted: string[] | null = null): ScrapeTarget {
  return createScrapeTarget({ target, wanted, templates: createSeriesTemplates(), timeoutMs, monotonicMs });
}

/** One scrape of a target that was not scraped before. */
export function scrapeOnce(target: WatchTarget, timeoutMs: number): Promise<Scrape> {
  return scraperOf(target, timeoutMs).scrape(never);
}

export function probeOnce(target: WatchTarget, timeoutMs: number): Promise<Probe> {
  return createProbeTarget({ target, timeoutMs, monotonicMs }).probe(never);
}

/** Value of the only sample with that name and those labels. @throws Error when there is none, or another */
export function valueOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  const found = samples.filter(
    (sample) => sample.labels["__name__"] === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (found.length !== 1 || !found[0]) throw new Error(`${name} is there ${found.length} times`);
  return found[0].value;
}

export interface ExposingServer extends Disposable {
  readonly address: string;
  /** Requests so far, by path. */
  requests(path: string): number;
}

const plainType = { "Content-Type": "text/plain; version=0.0.4" };

/** An HTTP server on loopback; metrics come from `expose` below any path, everything else from `answer`. */
export function startExposingServer(
  expose: () => string | Response | Promise<Response>,
  answer: (path: string) => Response = () => new Response(""),
): ExposingServer {
  const counts = new Map<string, number>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
      if (!pathname.endsWith("/prom_metrics")) return answer(pathname);
      const exposed = await expose();
      return typeof exposed === "string" ? new Response(exposed, { headers: plainType }) : exposed;
    },
  });
  return {
    address: `http://127.0.0.1:${server.port}`,
    requests: (path) => counts.get(path) ?? 0,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
