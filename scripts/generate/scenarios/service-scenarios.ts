import { isFiring, isSilent, type Scenario } from "./scenario.ts";
import { grows, holds, isGone, signal, type Signal } from "./signal.ts";
import { targets } from "./targets.ts";

const minuteS = 60;

const instance = targets.linkService;
const up = (...stretches: Signal["stretches"]): Signal => signal("up", instance, ...stretches);

const redirects = (notFoundPerS: number, foundPerS: number, lastsS = Infinity): Signal[] => [
  signal("srenity_redirects_total", { ...instance, outcome: "not_found" }, grows(notFoundPerS, lastsS), grows(0)),
  signal("srenity_redirects_total", { ...instance, outcome: "found" }, grows(foundPerS)),
];

const refused = (perS: number, lastsS = Infinity): Signal =>
  signal("srenity_http_refusals_total", { ...instance, code: "rate_limited" }, grows(perS, lastsS), grows(0));

/** Lookups a second, and the share of them that the cache answers, half of it with "no such link". */
const lookups = (perS: number, answered: number): Signal[] =>
  Object.entries({ hit: answered / 2, negative_hit: answered / 2, miss: 1 - answered }).map(([result, share]) =>
    signal("srenity_cache_lookups_total", { ...instance, result }, grows(perS * share)),
  );

const down = "LinkServiceDown/page";
const notFound = "NotFoundSurge/ticket";
const limited = "RateLimitSurge/ticket";
const cache = "CacheHitRateLow/ticket";

/** The service is away, or is asked strange things. */
export const serviceScenarios: readonly Scenario[] = [
  {
    name: "The service cannot be scraped for a minute, and comes back",
    lastsS: 5 * minuteS,
    signals: [up(holds(1, 2 * minuteS), holds(0, minuteS), holds(1))],
    fires: [down],
    moments: [isSilent(2 * minuteS + 15, down), isFiring(2 * minuteS + 45, down, "0"), isSilent(3 * minuteS, down)],
  },
  {
    name: "The service is not known to Prometheus at all",
    lastsS: 2 * minuteS,
    signals: [up(isGone())],
    fires: [down],
    moments: [isFiring(minuteS, down, "0")],
  },
  {
    name: "The service cannot be scraped for 25 seconds",
    lastsS: 5 * minuteS,
    signals: [up(holds(1, 2 * minuteS), holds(0, 25), holds(1))],
    fires: [],
    nearMissOf: [down],
  },
  {
    name: "One of two instances is away",
    lastsS: 5 * minuteS,
    signals: [up(holds(0)), signal("up", { ...instance, instance: "127.0.0.1:8090" }, holds(1))],
    fires: [],
    nearMissOf: [down],
  },
  {
    name: "Six redirects a second ask for unknown codes, four for known ones",
    lastsS: 20 * minuteS,
    signals: redirects(6, 4),
    fires: [notFound],
    moments: [isSilent(8.5 * minuteS, notFound), isFiring(10 * minuteS, notFound, "6/s")],
  },
  {
    name: "Four redirects a second ask for unknown codes, and nobody for known ones",
    lastsS: 15 * minuteS,
    signals: redirects(4, 0),
    fires: [],
    nearMissOf: [notFound],
  },
  {
    name: "Six redirects a second ask for unknown codes, nine for known ones",
    lastsS: 15 * minuteS,
    signals: redirects(6, 9),
    fires: [],
    nearMissOf: [notFound],
  },
  {
    name: "A scan of four minutes, six unknown codes a second",
    lastsS: 15 * minuteS,
    signals: redirects(6, 4, 4 * minuteS),
    fires: [],
    nearMissOf: [notFound],
  },
  {
    name: "1.2 requests a second meet a rate limit",
    lastsS: 10 * minuteS,
    signals: [refused(1.2)],
    fires: [limited],
    moments: [isSilent(8.5 * minuteS, limited), isFiring(9.5 * minuteS, limited, "1.2/s")],
  },
  {
    name: "0.8 requests a second meet a rate limit",
    lastsS: 10 * minuteS,
    signals: [refused(0.8)],
    fires: [],
    nearMissOf: [limited],
  },
  {
    name: "1.2 requests a second meet a rate limit for four minutes",
    lastsS: 10 * minuteS,
    signals: [refused(1.2, 4 * minuteS)],
    fires: [],
    nearMissOf: [limited],
  },
  {
    name: "The cache answers 40 % of 1.2 lookups a second",
    lastsS: 30 * minuteS,
    signals: lookups(1.2, 0.4),
    fires: [cache],
    moments: [isSilent(26 * minuteS, cache), isFiring(29 * minuteS, cache, "40%")],
  },
  {
    name: "The cache answers 60 % of ten lookups a second",
    lastsS: 20 * minuteS,
    signals: lookups(10, 0.6),
    fires: [],
    nearMissOf: [cache],
  },
  {
    name: "The cache answers 40 % of 0.8 lookups a second",
    lastsS: 35 * minuteS,
    signals: lookups(0.8, 0.4),
    fires: [],
    nearMissOf: [cache],
  },
];
