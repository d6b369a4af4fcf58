import fc from "fast-check";
import type { Sample } from "../../src/desk/evaluate/evaluate.ts";
import type { Labels } from "../../src/desk/evaluate/series-source.ts";

/** Something that holds for some scrapes. */
interface Phase {
  readonly scrapes: number;
  readonly level: number;
}

interface RandomSeries {
  readonly labels: Labels;
  readonly isCounter: boolean;
  /** What a counter grows by in a second, or what a gauge is. */
  readonly phases: readonly Phase[];
  /** Scrapes without it: from which one on, and how many. A late start is an absence from 0. */
  readonly absences: readonly { readonly from: number; readonly scrapes: number }[];
}

interface RandomTarget {
  readonly name: string;
  readonly series: readonly RandomSeries[];
  /** When within an interval it is scraped, and by how much that varies, in tenths of the interval. */
  readonly phase: number;
  readonly jitter: readonly number[];
  /** `failed` is a scrape without an answer, `missed` one that nobody made. */
  readonly troubles: readonly { readonly from: number; readonly scrapes: number; readonly kind: "failed" | "missed" }[];
  /** Scrapes before which its counters begin anew. */
  readonly restarts: readonly number[];
}

/** What a desk watches for a while. */
export interface RandomWatch {
  readonly targets: readonly RandomTarget[];
}

/** One scrape of a target as it is made. */
export interface Scrape {
  /** In tenths of the interval. */
  readonly at: number;
  readonly samples: readonly Sample[];
}

const durations = "srenity_http_request_duration_seconds";
const storeSeconds = "srenity_store_operation_duration_seconds";

/** A metric that is drawn with one of the levels at a time. */
interface Kind {
  readonly labels: Labels;
  readonly isCounter: boolean;
  readonly levels: readonly number[];
}

/**
 * Metrics of the rules: name, labels, whether it counts, and levels on both sides of what the rules ask for. Levels of counters are
 * uneven: where a sum lies exactly on a limit, the last bit decides, and that depends on the order of adding.
 */
const counter = (name: string, levels: readonly number[], labels: Labels = {}): Kind => ({ labels: { ...labels, __name__: name }, isCounter: true, levels });
const gauge = (name: string, levels: readonly number[], labels: Labels = {}): Kind => ({ ...counter(name, levels, labels), isCounter: false });

const served = (route: string, status: string, limit: string): Kind[] => [
  counter(`${durations}_count`, [0, 2.13, 10.37], { route, method: "GET", status_class: status }),
  counter(`${durations}_bucket`, [0, 2.13, 10.37], { route, method: "GET", status_class: status, le: limit }),
  counter(`${durations}_bucket`, [0, 2.13, 10.37], { route, method: "GET", status_class: status, le: "+Inf" }),
];
const ofService = [
  ...served("/:code", "3xx", "0.025"),
  ...served("/urls", "2xx", "0.25"),
  ...served("/health", "2xx", "0.025"),
  counter(`${durations}_count`, [0, 0, 0.29, 5.41], { route: "/:code", method: "GET", status_class: "5xx" }),
  counter(`${durations}_count`, [0, 0, 0.29, 5.41], { route: "/urls", method: "POST", status_class: "5xx" }),
  counter("srenity_redirects_total", [0, 6.53, 21.19], { outcome: "found" }),
  counter("srenity_redirects_total", [0, 7.31, 19.7], { outcome: "not_found" }),
  counter("srenity_http_refusals_total", [0, 0.43, 3.1], { code: "rate_limited" }),
  counter("srenity_cache_lookups_total", [0, 4.17, 9.3], { result: "hit" }),
  counter("srenity_cache_lookups_total", [0, 5.59, 12.23], { result: "miss" }),
  counter("process_cpu_seconds_total", [0.13, 0.87, 0.94, 1.5]),
  gauge("process_resident_memory_bytes", [100_000_000, 536_870_912, 600_000_000]),
  gauge("srenity_event_loop_lag_max_seconds", [0.01, 0.25, 0.5]),
  counter("srenity_store_errors_total", [0, 0, 0.5], { code: "store_busy" }),
  counter(`${storeSeconds}_count`, [0, 3.07, 20.3], { operation: "links.create" }),
  counter(`${storeSeconds}_bucket`, [0, 3.07, 20.3], { operation: "links.create", le: "0.05" }),
  counter(`${storeSeconds}_bucket`, [0, 3.07, 20.3], { operation: "links.create", le: "+Inf" }),
  gauge("srenity_disk_free_bytes", [1_000_000, 5_000_000, 50_000_000]),
  gauge("srenity_clicks_held", [0, 0, 12]),
  counter("srenity_clicks_lost_total", [0, 0, 1]),
  gauge("srenity_certificate_not_after_seconds", [500_000, 90_000_000]),
];
const kinds: Readonly<Record<string, readonly Kind[]>> = {
  "link-service": ofService,
  prometheus: [
    gauge("prometheus_config_last_reload_successful", [0, 1]),
    counter("prometheus_rule_evaluation_failures_total", [0, 0, 1]),
    counter("prometheus_notifications_errors_total", [0, 0, 1]),
    gauge("prometheus_notifications_alertmanagers_discovered", [0, 1]),
  ],
  alertmanager: [
    counter("alertmanager_notification_requests_failed_total", [0, 0, 1], { integration: "email" }),
    gauge("alertmanager_config_last_reload_successful", [0, 1]),
  ],
};

const phasesMost = 5;

/** Draws what a desk may meet in `scrapes` scrapes: levels, gaps, ends, resets, restarts, late starts. */
export function randomWatch(scrapes: number): fc.Arbitrary<RandomWatch> {
  const moment = fc.integer({ min: 0, max: scrapes });
  const lasting = fc.integer({ min: 1, max: Math.ceil(scrapes / 3) });
  const brief = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) }, { weight: 1, arbitrary: lasting });
  const absence = fc.oneof(fc.record({ from: moment, scrapes: brief }), fc.record({ from: fc.constant(0), scrapes: lasting }));
  const seriesOf = ({ levels, ...kind }: Kind): fc.Arbitrary<RandomSeries> =>
    fc.record({
      labels: fc.constant(kind.labels),
      isCounter: fc.constant(kind.isCounter),
      phases: fc.array(fc.record({ scrapes: lasting, level: fc.constantFrom(...levels) }), { minLength: 1, maxLength: phasesMost }),
      absences: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(absence, { minLength: 1, maxLength: 2 }) }),
    });
  const targetOf = (job: string, instance: string): fc.Arbitrary<RandomTarget> => {
    const own = (kinds[job] ?? []).map((kind) => ({ ...kind, labels: { ...kind.labels, job, instance } as Labels }));
    return fc.record({
      name: fc.constant(`${job}/${instance}`),
      series: fc.tuple(...own.map(seriesOf)),
      phase: fc.integer({ min: 0, max: 7 }),
      jitter: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 7 }),
      troubles: fc.array(fc.record({ from: moment, scrapes: brief, kind: fc.constantFrom("failed" as const, "missed" as const) }), { maxLength: 3 }),
      restarts: fc.array(moment, { maxLength: 2 }),
    });
  };
  return fc
    .tuple(targetOf("link-service", "a"), targetOf("link-service", "b"), targetOf("prometheus", "p"), targetOf("alertmanager", "m"))
    .map((targets) => ({ targets }));
}

const within = (scrape: number, { from, scrapes }: { from: number; scrapes: number }): boolean => scrape >= from && scrape < from + scrapes;

function levelAt(phases: readonly Phase[], scrape: number): number {
  let at = 0;
  for (const { scrapes, level } of phases) if (scrape < (at += scrapes)) return level;
  return phases.at(-1)?.level ?? 0;
}

/** Every scrape of a target, in order. The first is in the first interval after 0. */
export function scrapesOf({ series, phase, jitter, troubles, restarts, name }: RandomTarget, scrapes: number, intervalS: number): Scrape[] {
  const [job = "", instance = ""] = name.split("/");
  const up = { __name__: "up", job, instance };
  const values = series.map(() => 0);
  const made: Scrape[] = [];
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const isRestart = restarts.includes(scrape);
    for (const [index, { isCounter, phases }] of series.entries()) {
      const level = levelAt(phases, scrape);
      values[index] = isCounter ? (isRestart ? 0 : (values[index] ?? 0)) + level * intervalS : level;
    }
    const trouble = troubles.find((each) => within(scrape, each))?.kind;
    if (trouble === "missed") continue;
    const given = series.flatMap(({ labels, absences }, index) =>
      trouble === "failed" || absences.some((each) => within(scrape, each)) ? [] : [{ labels, value: values[index] ?? 0 }],
    );
    const at = scrape * 10 + 1 + phase + (jitter[scrape % jitter.length] ?? 0);
    made.push({ at, samples: [...given, { labels: up, value: trouble === "failed" ? 0 : 1 }] });
  }
  return made;
}
