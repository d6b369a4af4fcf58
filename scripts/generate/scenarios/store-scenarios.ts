import { isFiring, isSilent, type Scenario } from "./scenario.ts";
import { countsEvery, grows, holds, signal, startsAt, type Signal, type Stretch } from "./signal.ts";
import { targets } from "./targets.ts";

const minuteS = 60;

const instance = targets.linkService;

/** Operations a second, and the share of them that takes more than 50 ms. */
const operations = (perS: number, slow: number, lastsS = Infinity): Signal[] => {
  const labels = { ...instance, operation: "find_link" };
  const metric = "srenity_store_operation_duration_seconds";
  return [signal(`${metric}_count`, labels, grows(perS)), signal(`${metric}_bucket`, { ...labels, le: "0.05" }, grows(perS * (1 - slow), lastsS), grows(perS))];
};
const refusals = (...stretches: Stretch[]): Signal => signal("srenity_store_errors_total", { ...instance, code: "store_busy" }, ...stretches);
const clicks = (held: Stretch[], lost: Stretch[]): Signal[] => [
  signal("srenity_clicks_held", instance, ...held),
  signal("srenity_clicks_lost_total", instance, ...lost),
];
const none = [holds(0)];

const errors = "StoreErrors/ticket";
const slow = "StoreSlow/ticket";
const notCommitted = "ClicksNotCommitted/page";

/** The store refuses, hesitates, or does not get its clicks. */
export const storeScenarios: readonly Scenario[] = [
  {
    name: "The store refuses one operation",
    lastsS: 15 * minuteS,
    signals: [refusals(holds(0, 2 * minuteS), holds(1))],
    fires: [errors],
    moments: [
      isSilent(2 * minuteS + 45, errors),
      isFiring(3 * minuteS + 15, errors, "1", { job: "link-service", code: "store_busy" }),
      isSilent(13 * minuteS, errors),
    ],
  },
  {
    name: "50 refusals of the store were counted before Prometheus started",
    lastsS: 5 * minuteS,
    signals: [refusals(holds(50))],
    fires: [],
    nearMissOf: [errors],
  },
  {
    name: "The service restarts after refusals of the store",
    lastsS: 15 * minuteS,
    signals: [refusals(holds(7, 8 * minuteS), startsAt(0))],
    fires: [],
    nearMissOf: [errors],
  },
  {
    name: "8 % of the store's operations are slow, at 60 in five minutes",
    lastsS: 12 * minuteS,
    signals: operations(0.2, 0.08),
    fires: [slow],
    moments: [isSilent(8 * minuteS, slow), isFiring(11 * minuteS, slow, "8%")],
  },
  { name: "4 % of the store's operations are slow", lastsS: 12 * minuteS, signals: operations(10, 0.04), fires: [], nearMissOf: [slow] },
  { name: "6 % of the store's operations are slow", lastsS: 12 * minuteS, signals: operations(10, 0.06), fires: [slow] },
  {
    name: "8 % of the store's operations are slow, at 40 in five minutes",
    lastsS: 12 * minuteS,
    signals: operations(40 / 300, 0.08),
    fires: [],
    nearMissOf: [slow],
  },
  {
    name: "8 % of the store's operations are slow for two minutes",
    lastsS: 12 * minuteS,
    signals: operations(10, 0.08, 2 * minuteS),
    fires: [],
    nearMissOf: [slow],
  },
  {
    name: "40 clicks wait for the store for seven minutes",
    lastsS: 15 * minuteS,
    signals: clicks([holds(0, minuteS), holds(40, 7 * minuteS), holds(0)], none),
    fires: [notCommitted],
    moments: [isSilent(6 * minuteS, notCommitted), isFiring(8 * minuteS, notCommitted, "40"), isSilent(14 * minuteS, notCommitted)],
  },
  {
    name: "40 clicks wait for the store for four minutes",
    lastsS: 15 * minuteS,
    signals: clicks([holds(0, minuteS), holds(40, 4 * minuteS), holds(0)], none),
    fires: [],
    nearMissOf: [notCommitted],
  },
  {
    name: "Clicks wait at every scrape, and are committed between them",
    lastsS: 15 * minuteS,
    signals: clicks(Array.from({ length: 20 }, () => [holds(3, 30), holds(0, 15)]).flat(), none),
    fires: [],
    nearMissOf: [notCommitted],
  },
  {
    name: "One click is lost",
    lastsS: 15 * minuteS,
    signals: clicks(none, [countsEvery(2 * minuteS, 3 * minuteS), grows(0)]),
    fires: [notCommitted],
    moments: [isSilent(6 * minuteS, notCommitted)],
  },
];
