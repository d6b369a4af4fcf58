import { redirectTraffic } from "./request-signals.ts";
import { isFiring, isSilent, type Scenario } from "./scenario.ts";

const hourS = 3_600;
const dayS = 86_400;

const ticket = "RedirectErrorBudgetBurn/ticket";
const page = "RedirectErrorBudgetBurn/page";

/** Requests of a day, spread evenly. */
const aDay = (requests: number): number => requests / dayS;

/** What days of history make of slow burning: tickets of the error budget of redirects. */
export const dayScenarios: readonly Scenario[] = [
  {
    name: "0.5 % of redirects fail after three days of health: a ticket after 14 hours, no page",
    lastsS: 3 * dayS + 16 * hourS,
    signals: redirectTraffic({ perS: 20, lastsS: 3 * dayS }, { perS: 20, failing: 0.005 }),
    fires: [ticket],
    nearMissOf: [page],
    moments: [isSilent(3 * dayS + 14 * hourS, ticket), isFiring(3 * dayS + 15.5 * hourS, ticket)],
  },
  {
    name: "0.4 % of redirects fail for six hours, and then 0.08 %: the ticket ends",
    lastsS: 16 * hourS,
    signals: redirectTraffic({ perS: 20, failing: 0.004, lastsS: 6 * hourS }, { perS: 20, failing: 0.0008 }),
    fires: [ticket],
    moments: [isFiring(6 * hourS, ticket, "0.4%"), isSilent(14 * hourS, ticket)],
  },
  {
    name: "400 requests on the first day, of which 0.36 % fail",
    lastsS: dayS,
    signals: redirectTraffic({ perS: aDay(400), failing: 0.0036 }),
    fires: [ticket],
    moments: [isSilent(18 * hourS, ticket), isFiring(dayS, ticket, "0.36%")],
  },
  {
    name: "400 requests on the first day: 0.2 % fail, and 0.5 % in the last four hours",
    lastsS: dayS,
    signals: redirectTraffic({ perS: aDay(400), failing: 0.002, lastsS: 20 * hourS }, { perS: aDay(400), failing: 0.005 }),
    fires: [],
    nearMissOf: [ticket],
  },
  {
    name: "600 requests on the first day: 2 % fail for 14 hours, then 0.25 %: the ticket ends",
    lastsS: dayS,
    signals: redirectTraffic({ perS: aDay(600), failing: 0.02, lastsS: 14 * hourS }, { perS: aDay(600), failing: 0.0025 }),
    fires: [ticket],
    moments: [isFiring(14 * hourS, ticket, "2%"), isSilent(20 * hourS, ticket)],
  },
  {
    name: "400 requests a day, of which 0.2 % fail: a ticket on the third day",
    lastsS: 3 * dayS,
    signals: redirectTraffic({ perS: aDay(400), failing: 0.002 }),
    fires: [ticket],
    moments: [isSilent(2 * dayS, ticket), isFiring(3 * dayS, ticket, "0.2%")],
  },
  {
    name: "300 requests a day for three days, of which 0.6 % fail",
    lastsS: 3 * dayS,
    signals: redirectTraffic({ perS: aDay(300), failing: 0.006 }),
    fires: [],
    nearMissOf: [ticket],
  },
];
