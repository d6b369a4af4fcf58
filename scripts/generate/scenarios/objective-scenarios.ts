import { alertUnits } from "../alert-units.ts";
import { percent } from "../percent.ts";
import { apiTraffic, redirectTraffic, type Traffic } from "./request-signals.ts";
import { type AlertKey, isFiring, isSilent, type Scenario } from "./scenario.ts";
import type { Signal } from "./signal.ts";

const minuteS = 60;

/** One objective, told alike for each: the traffic that is about it, how much of it goes bad, and the limit it has. */
interface Told {
  readonly alert: string;
  /** Words for requests that go bad. */
  readonly bad: string;
  readonly signals: (badShare: number, lastsS?: number) => Signal[];
  /** Share of bad requests that spends the budget exactly in its period. */
  readonly budget: number;
}

const perS = 10;
/** Healthy traffic of the other kind, so much that the share of all requests that fails stays small. */
const otherPerS = 1_000;
const after = { perS } as const;
const phases = (first: Traffic): Traffic[] => (first.lastsS === undefined ? [first] : [first, after]);

const told: readonly Told[] = [
  {
    alert: "RedirectErrorBudgetBurn",
    bad: "redirects fail",
    budget: 0.001,
    signals: (failing, lastsS = Infinity) => [...redirectTraffic(...phases({ perS, failing, lastsS })), ...apiTraffic({ perS: otherPerS })],
  },
  {
    alert: "ApiErrorBudgetBurn",
    bad: "API calls fail",
    budget: 0.001,
    signals: (failing, lastsS = Infinity) => [...apiTraffic(...phases({ perS, failing, lastsS })), ...redirectTraffic({ perS: otherPerS })],
  },
  {
    alert: "RedirectLatencyBudgetBurn",
    bad: "redirects take over 25 ms",
    budget: 0.01,
    signals: (slow, lastsS = Infinity) => [...redirectTraffic(...phases({ perS, slow, lastsS })), ...apiTraffic({ perS: otherPerS })],
  },
  {
    alert: "ApiLatencyBudgetBurn",
    bad: "API calls take over 250 ms",
    budget: 0.01,
    signals: (slow, lastsS = Infinity) => [...apiTraffic(...phases({ perS, slow, lastsS })), ...redirectTraffic({ perS: otherPerS })],
  },
];

/** Bad minutes that spend 2 % of a month's budget are 14.4 h × budget of nothing but bad requests. */
const pageAfterS = (budget: number): number => 0.02 * 30 * 86_400 * budget;

/** Every objective pages and files a ticket on its own requests, and on nobody else's. */
export const objectiveScenarios: readonly Scenario[] = told.flatMap(({ alert, bad, signals, budget }): Scenario[] => {
  const page: AlertKey = `${alert}/page`;
  const ticket: AlertKey = `${alert}/ticket`;
  const spentS = pageAfterS(budget);
  return [
    {
      name: `All ${bad} for as long as spends 2.4 % of the budget of 30 days`,
      lastsS: Math.ceil((1.2 * spentS + 19 * minuteS) / 15) * 15,
      signals: signals(1, 1.2 * spentS),
      fires: [page, ticket],
      moments: [isSilent(minuteS, page), isSilent(14 * minuteS, ticket)],
    },
    {
      name: `All ${bad} for as long as spends 1.7 % of the budget of 30 days`,
      lastsS: Math.ceil((0.85 * spentS + 4 * minuteS) / 15) * 15,
      signals: signals(1, 0.85 * spentS),
      fires: [],
      nearMissOf: [page, ticket],
    },
    {
      name: `${percent(budget * 0.8)} of the ${bad} for 18 minutes`,
      lastsS: 18 * minuteS,
      signals: signals(budget * 0.8),
      fires: [],
      nearMissOf: [ticket],
    },
    {
      name: `${percent(budget * 1.2)} of the ${bad} for 18 minutes`,
      lastsS: 18 * minuteS,
      signals: signals(budget * 1.2),
      fires: [ticket],
      moments: [isFiring(18 * minuteS, ticket, alertUnits.share.write(budget * 1.2))],
    },
  ];
});
