import { budgetLeft, ratioName, ratioWindows, spentName } from "../../../src/alerting/burn-rate.ts";
import { objectives } from "../../../src/alerting/objectives.ts";
import { apiTraffic, probeTraffic, redirectTraffic } from "./request-signals.ts";
import { isFiring, isRecorded, isSilent, type Scenario } from "./scenario.ts";
import { isGone, signal, startsAt } from "./signal.ts";
import { targets } from "./targets.ts";

const minuteS = 60;

const errorRate = "HighErrorRate/page";
const redirectPage = "RedirectErrorBudgetBurn/page";
const redirectSlo = `{slo="redirect-availability"}`;

/** The first minutes of a history, on the rules as they are deployed. */
export const requestScenarios: readonly Scenario[] = [
  {
    name: "10 % of redirects fail for twelve minutes: the error rate pages first, then the budget",
    lastsS: 15 * minuteS,
    signals: redirectTraffic({ perS: 20, lastsS: 2 * minuteS }, { perS: 20, failing: 0.1 }),
    fires: [errorRate, redirectPage],
    moments: [
      isSilent(4 * minuteS, errorRate),
      isFiring(5 * minuteS, errorRate, "10%"),
      isSilent(10 * minuteS, redirectPage),
      isFiring(14 * minuteS, redirectPage),
    ],
  },
  {
    name: "6 % of redirects fail for five minutes",
    lastsS: 6 * minuteS,
    signals: redirectTraffic({ perS: 20, lastsS: minuteS }, { perS: 20, failing: 0.06 }),
    fires: [errorRate],
    moments: [isFiring(5 * minuteS, errorRate, "6%")],
  },
  {
    name: "4 % of redirects fail for five minutes",
    lastsS: 6 * minuteS,
    signals: redirectTraffic({ perS: 20, lastsS: minuteS }, { perS: 20, failing: 0.04 }),
    fires: [],
    nearMissOf: [errorRate, redirectPage],
  },
  {
    name: "Everything fails for 20 seconds, three minutes after the start",
    lastsS: 8 * minuteS,
    signals: redirectTraffic({ perS: 20, lastsS: 3 * minuteS }, { perS: 20, failing: 1, lastsS: 20 }, { perS: 20 }),
    fires: [],
    nearMissOf: [errorRate, redirectPage],
  },
  {
    name: "Everything fails for two minutes: paged, and the page ends after recovery",
    lastsS: 17 * minuteS,
    signals: redirectTraffic({ perS: 20, lastsS: 3 * minuteS }, { perS: 20, failing: 1, lastsS: 2 * minuteS }, { perS: 20 }),
    fires: [errorRate, redirectPage],
    moments: [
      isFiring(5 * minuteS + 5, errorRate, "91.67%"),
      isFiring(7 * minuteS, redirectPage),
      // A minute's rate forgets the last failure, then the alert is kept for a minute.
      isSilent(5 * minuteS + 2 * minuteS + 10, errorRate),
      isFiring(15 * minuteS, redirectPage),
      // The short window forgets it after 5 min and a minute's rate, then the page is kept for 5 min.
      isSilent(5 * minuteS + 11 * minuteS + 10, redirectPage),
    ],
  },
  {
    name: "16 requests a minute, all of them fail for three minutes",
    lastsS: 4 * minuteS,
    signals: redirectTraffic({ perS: 16 / 60, failing: 1 }),
    fires: [],
    nearMissOf: [errorRate, redirectPage],
  },
  {
    name: "24 requests a minute, all of them fail for four minutes",
    lastsS: 4 * minuteS,
    signals: redirectTraffic({ perS: 24 / 60, failing: 1 }),
    fires: [errorRate],
    moments: [isFiring(4 * minuteS, errorRate, "100%")],
  },
  {
    name: "The service is restarted: its counters start again",
    lastsS: 8 * minuteS,
    signals: [
      ...redirectTraffic(
        { perS: 20, failing: 0.0005, lastsS: 4 * minuteS },
        { perS: 0, isGone: true, lastsS: 15 },
        { perS: 20, failing: 0.0005, isRestarted: true },
      ),
      signal("up", targets.linkService, startsAt(1, 0, 4 * minuteS), startsAt(0, 0, 15), startsAt(1)),
    ],
    fires: [],
    nearMissOf: ["LinkServiceDown/page", errorRate],
    moments: [isRecorded(8 * minuteS, `${ratioName("5m")}${redirectSlo}`, 0.0005)],
  },
  {
    name: "Prometheus starts late: 50 errors are counted already",
    lastsS: 5 * minuteS,
    signals: lateStart(),
    fires: [],
    nearMissOf: [errorRate, redirectPage],
    moments: [isRecorded(5 * minuteS, `${spentName("1h")}${redirectSlo}`, 0)],
  },
  {
    name: "Nobody asks anything: every ratio is 0, neither NaN nor absent",
    lastsS: 3 * minuteS,
    signals: [...redirectTraffic({ perS: 0 }), ...apiTraffic({ perS: 0 }), ...probeTraffic({ perS: 1 })],
    fires: [],
    nearMissOf: [errorRate],
    moments: Object.keys(ratioWindows).map((window) => isRecorded(3 * minuteS, `count(${ratioName(window)} == 0)`, objectives.length)),
  },
  {
    name: "Nothing at all was asked for, and the whole budget is left",
    lastsS: 2 * minuteS,
    signals: redirectTraffic({ perS: 0 }),
    fires: [],
    moments: [
      ...["1h", "6h", "30d"].map((window) => isRecorded(2 * minuteS, `${spentName(window)}${redirectSlo}`, 0)),
      isRecorded(2 * minuteS, `${budgetLeft}${redirectSlo}`, 1),
    ],
  },
  {
    name: "Orchestrators are told 503 for five minutes, and users are not",
    lastsS: 6 * minuteS,
    signals: [...redirectTraffic({ perS: 20 }), ...apiTraffic({ perS: 2 }), ...probeTraffic({ perS: 10, failing: 1 })],
    fires: [],
    nearMissOf: [errorRate, "ApiErrorBudgetBurn/page"],
  },
];

/** Counters that Prometheus first sees with errors in them; nothing for a minute before. */
function lateStart() {
  return redirectTraffic({ perS: 20 }).map((each) => {
    const isFailed = each.labels["status_class"] === "5xx";
    return { ...each, stretches: [isGone(minuteS), startsAt(isFailed ? 50 : 5_000, isFailed ? 0 : 20)] };
  });
}
