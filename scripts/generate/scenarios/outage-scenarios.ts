import { redirectTraffic } from "./request-signals.ts";
import { isFiring, isSilent, type Scenario } from "./scenario.ts";

const minuteS = 60;
const hourS = 3_600;

const perS = 20;
const page = "RedirectErrorBudgetBurn/page";
const ticket = "RedirectErrorBudgetBurn/ticket";
const errorRate = "HighErrorRate/page";

/** Outages after hours of health, seen every 15 seconds. */
export const outageScenarios: readonly Scenario[] = [
  {
    name: "Everything fails for five minutes after two hours of health: paged within four minutes",
    lastsS: 2 * hourS + 45 * minuteS,
    signals: redirectTraffic({ perS, lastsS: 2 * hourS }, { perS, failing: 1, lastsS: 5 * minuteS }, { perS }),
    fires: [errorRate, page, ticket],
    moments: [
      isSilent(2 * hourS, page),
      isFiring(2 * hourS + 4 * minuteS, page),
      isFiring(2 * hourS + 4 * minuteS, errorRate, "100%"),
      isSilent(2 * hourS + 7 * minuteS + 30, errorRate),
      // Over 5 % of the budget is spent, so the page lasts as long as half an hour remembers it, and its own 5 min.
      isFiring(2 * hourS + 35 * minuteS, page),
      isSilent(2 * hourS + 41 * minuteS + 30, page),
    ],
  },
  {
    name: "5 % of redirects fail after an hour of health: paged within 20 minutes",
    lastsS: hourS + 20 * minuteS,
    signals: redirectTraffic({ perS, lastsS: hourS }, { perS, failing: 0.05 }),
    fires: [page, ticket],
    nearMissOf: [errorRate],
    moments: [isSilent(hourS + 17 * minuteS, page), isFiring(hourS + 20 * minuteS, page)],
  },
];
