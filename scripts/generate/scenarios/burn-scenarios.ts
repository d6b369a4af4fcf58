import { redirectTraffic } from "./request-signals.ts";
import { isFiring, isSilent, type Scenario } from "./scenario.ts";

const minuteS = 60;
const hourS = 3_600;

const perS = 20;
const page = "RedirectErrorBudgetBurn/page";
const ticket = "RedirectErrorBudgetBurn/ticket";

/** Requests of an hour, spread evenly. */
const anHour = (requests: number): number => requests / hourS;

/** What hours of history make of errors: the error budget of redirects. */
export const burnScenarios: readonly Scenario[] = [
  {
    name: "1 % of redirects fail for three hours, after an hour of health",
    lastsS: 4 * hourS,
    signals: redirectTraffic({ perS, lastsS: hourS }, { perS, failing: 0.01 }),
    fires: [ticket],
    nearMissOf: [page],
    moments: [isSilent(hourS + 30 * minuteS, page), isFiring(2 * hourS, ticket)],
  },
  {
    name: "0.8 % of redirects fail for five hours, and then 0.5 %: the page ends",
    lastsS: 6 * hourS,
    signals: redirectTraffic({ perS, failing: 0.008, lastsS: 5 * hourS }, { perS, failing: 0.005 }),
    fires: [ticket, page],
    moments: [isFiring(hourS, ticket, "0.8%"), isSilent(4.5 * hourS, page), isFiring(4.75 * hourS, page), isSilent(5.75 * hourS, page)],
  },
  {
    name: "2 % of redirects fail for 50 minutes",
    lastsS: 50 * minuteS,
    signals: redirectTraffic({ perS, failing: 0.02 }),
    fires: [page, ticket],
    moments: [isSilent(43 * minuteS, page), isFiring(50 * minuteS, page)],
  },
  {
    name: "Everything fails for 20 seconds after six hours of health",
    lastsS: 6 * hourS + 20 * minuteS,
    signals: redirectTraffic({ perS, lastsS: 6 * hourS }, { perS, failing: 1, lastsS: 20 }, { perS }),
    fires: [],
    nearMissOf: [page, ticket],
  },
  {
    name: "Everything fails for 65 seconds, and then 1.2 % go on failing: the page ends",
    lastsS: hourS,
    signals: redirectTraffic({ perS, lastsS: 5 * minuteS }, { perS, failing: 1, lastsS: 65 }, { perS, failing: 0.012 }),
    fires: [page, ticket],
    moments: [isFiring(11 * minuteS, page), isSilent(25 * minuteS, page), isSilent(50 * minuteS, page)],
  },
  {
    name: "30 requests an hour, of which one fails",
    lastsS: 7 * hourS,
    signals: redirectTraffic({ perS: anHour(30), lastsS: 6 * hourS }, { perS: anHour(30), failing: 1, lastsS: 2 * minuteS }, { perS: anHour(30) }),
    fires: [],
    nearMissOf: [page, ticket],
  },
  {
    name: "60 requests in an hour, and all of them fail",
    lastsS: hourS,
    signals: redirectTraffic({ perS: anHour(60), failing: 1 }),
    fires: [],
    nearMissOf: [page, ticket],
  },
  {
    name: "80 requests in an hour, and all of them fail",
    lastsS: hourS,
    signals: redirectTraffic({ perS: anHour(80), failing: 1 }),
    fires: [page],
    moments: [isSilent(50 * minuteS, page), isFiring(hourS, page)],
  },
  {
    name: "25 requests an hour for six hours, and all of them fail",
    lastsS: 6 * hourS,
    signals: redirectTraffic({ perS: anHour(25), failing: 1 }),
    fires: [],
    nearMissOf: [page, ticket],
  },
  {
    name: "35 requests an hour for six hours, and all of them fail",
    lastsS: 6 * hourS,
    signals: redirectTraffic({ perS: anHour(35), failing: 1 }),
    fires: [page],
    moments: [isSilent(4.5 * hourS, page), isFiring(5 * hourS, page)],
  },
];
