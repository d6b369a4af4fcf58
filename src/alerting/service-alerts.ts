import type { AlertDefinition } from "./alert-definition.ts";
import { requestsRate } from "./burn-rate.ts";
import { absent, allOf, anyOf, binary, increase, overTime, rate, series, share, sum } from "./expression.ts";
import { probeRoutes } from "./objectives.ts";

const minuteS = 60;
const hourS = 3_600;
const dayS = 86_400;

const durations = "srenity_http_request_duration_seconds_count";
const userRequests = { route: `!~ ${probeRoutes.join("|")}` };
const redirects = "srenity_redirects_total";
const answersOver = (windowS: number, where: Record<string, string> = {}) => sum(increase(series(durations, { ...userRequests, ...where }), windowS));
const redirectsOf = (outcome: string, windowS: number) => sum(rate(series(redirects, { outcome }), windowS));
const traffic = (windowS: number, offsetS = 0) => sum(overTime("avg_over_time", series(requestsRate, { slo: "redirect-availability" }, offsetS), windowS));

/** Share of the usual traffic below which traffic has dropped, and the traffic that makes it usual, in requests a second. */
const droppedShare = 0.25;
const usualLeast = 1;
const droppedAgainst = (daysAgo: number) =>
  allOf(
    binary(binary(traffic(30 * minuteS), "/", traffic(hourS, daysAgo * dayS - hourS / 2)), "<", droppedShare),
    binary(traffic(hourS, daysAgo * dayS - hourS / 2), ">=", usualLeast),
  );

const up = series("up", { job: "link-service" });

/** Alerts on what users meet: the service is away, fails, or is asked strange things. */
export const serviceAlerts: readonly AlertDefinition[] = [
  {
    name: "LinkServiceDown",
    severity: "page",
    service: "link-service",
    condition: anyOf(binary(sum(up), "==", 0), binary(absent(up), "*", 0)),
    measure: "instances that answer",
    limit: { value: 0, unit: "count", side: "at" },
    forS: 30,
    keepFiringS: 0,
    summary: "The link service does not answer",
    impact: "No short link redirects and none can be made.",
    action: "Look whether the process runs and why it ended: its last log lines say so. Start it again.",
    board: "golden-signals",
  },
  {
    name: "HighErrorRate",
    severity: "page",
    service: "link-service",
    condition: allOf(binary(share(answersOver(minuteS, { status_class: "5xx" }), answersOver(minuteS)), ">", 0.05), binary(answersOver(minuteS), ">=", 20)),
    measure: "of the requests of a minute answered with 5xx",
    limit: { value: 0.05, unit: "share", side: "above" },
    forS: 2 * minuteS,
    keepFiringS: minuteS,
    summary: "More than 5 % of all requests fail",
    impact: "Some redirects or API calls end in an error page.",
    action: "Find the failing routes and error codes on the board; the newest error lines of the log name the cause.",
    board: "golden-signals",
  },
  {
    name: "TrafficDropped",
    severity: "page",
    service: "link-service",
    condition: allOf(droppedAgainst(1), droppedAgainst(7)),
    measure: "of the redirects usual at this hour",
    limit: { value: droppedShare, unit: "share", side: "below" },
    forS: 10 * minuteS,
    keepFiringS: 10 * minuteS,
    summary: "Redirect traffic fell below a quarter of its usual",
    impact: "People probably do not reach the service at all: DNS, certificate, proxy or network.",
    action: "Follow a short link from outside, on another network; then check DNS, certificate and proxy.",
    board: "redirects",
  },
  {
    name: "NotFoundSurge",
    severity: "ticket",
    service: "link-service",
    condition: allOf(
      binary(redirectsOf("not_found", 5 * minuteS), ">", 5),
      binary(share(redirectsOf("not_found", 5 * minuteS), sum(rate(series(redirects), 5 * minuteS))), ">", 0.5),
    ),
    measure: "redirects that asked for an unknown code",
    limit: { value: 5, unit: "per second", side: "above" },
    forS: 5 * minuteS,
    keepFiringS: 5 * minuteS,
    summary: "Most redirects ask for codes that do not exist",
    impact: "Probably none: someone guesses codes. If a printed or mailed link is mistyped, its readers see a 404.",
    action: "Look in the log whether the 404s come from few addresses (a scan) or name one code (a wrong link).",
    board: "redirects",
  },
  {
    name: "RateLimitSurge",
    severity: "ticket",
    service: "link-service",
    condition: binary(sum(rate(series("srenity_http_refusals_total", { code: "rate_limited" }), 5 * minuteS)), ">", 1),
    measure: "requests refused with 429",
    limit: { value: 1, unit: "per second", side: "above" },
    forS: 5 * minuteS,
    keepFiringS: 5 * minuteS,
    summary: "Many requests are refused by the rate limits",
    impact: "Someone is being refused: an abuser, or a customer whose limit is too low.",
    action: "Find out who is refused in the log, and whether the limit or the client is wrong.",
    board: "golden-signals",
  },
  {
    name: "CacheHitRateLow",
    severity: "ticket",
    service: "link-service",
    condition: allOf(
      binary(
        share(
          sum(rate(series("srenity_cache_lookups_total", { result: "=~ hit|negative_hit" }), 15 * minuteS)),
          sum(rate(series("srenity_cache_lookups_total"), 15 * minuteS)),
        ),
        "<",
        0.5,
      ),
      binary(sum(rate(series("srenity_cache_lookups_total"), 15 * minuteS)), ">", 1),
    ),
    measure: "of the lookups answered by the cache",
    limit: { value: 0.5, unit: "share", side: "below" },
    forS: 15 * minuteS,
    keepFiringS: 15 * minuteS,
    summary: "Fewer than half of the redirects come from the cache",
    impact: "Redirects are slower, and would fail with the store, which the cache otherwise hides.",
    action: "Compare cache entries with CACHE_ENTRIES, and see whether scans or a bulk change emptied it.",
    board: "redirects",
  },
];
