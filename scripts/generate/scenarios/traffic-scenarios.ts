import { redirectTraffic } from "./request-signals.ts";
import { isFiring, isSilent, type Scenario } from "./scenario.ts";
import type { Signal } from "./signal.ts";

const hourS = 3_600;
const dayS = 86_400;
/** When traffic changes: there is history of the same hour a week before, and some to average. */
const changeS = 7 * dayS + 2 * hourS;
const lastsS = changeS + 4 * hourS;

const dropped = "TrafficDropped/page";

/** Requests a second on the first day, since then, and after the change. */
const traffic = (weekAgoPerS: number, yesterdayPerS: number, nowPerS: number): Signal[] =>
  redirectTraffic({ perS: weekAgoPerS, lastsS: dayS }, { perS: yesterdayPerS, lastsS: changeS - dayS }, { perS: nowPerS });

/** A story that is no reason to page. */
const nearMiss = (name: string, ...perS: Parameters<typeof traffic>): Scenario => ({
  name,
  lastsS,
  signals: traffic(...perS),
  fires: [],
  nearMissOf: [dropped],
});

/** Traffic against that of the same hour, a day and a week before. */
export const trafficScenarios: readonly Scenario[] = [
  {
    name: "Traffic falls to a fifth of what is usual",
    lastsS,
    signals: traffic(10, 10, 2),
    fires: [dropped],
    moments: [isSilent(changeS, dropped), isFiring(changeS + 3 * hourS, dropped, "20%")],
  },
  {
    name: "Traffic of 1.2 requests a second stops",
    lastsS,
    signals: traffic(1.2, 1.2, 0),
    fires: [dropped],
    moments: [isFiring(changeS + 3 * hourS, dropped, "0%")],
  },
  nearMiss("Traffic falls to 30 % of yesterday's, a fifth of that a week ago", 15, 10, 3),
  nearMiss("Traffic falls to a fifth of yesterday's, 30 % of that a week ago", 10, 15, 3),
  nearMiss("Traffic stops that was 0.8 requests a second yesterday, and much more a week ago", 10, 0.8, 0),
  nearMiss("Traffic stops that was 0.8 requests a second a week ago, and much more yesterday", 0.8, 10, 0),
  nearMiss("Traffic is as low as a week ago, a tenth of yesterday's", 1, 10, 1),
  nearMiss("Traffic is as low as yesterday, a tenth of that a week ago", 10, 1, 1),
];
