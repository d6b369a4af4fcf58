import { describe, expect, test } from "bun:test";
import { budgetOf, burnAlertsOf, ratioName, ratioWindows, recordingsOf, requestsFloor, spentLimit, spentName, tiers } from "./burn-rate.ts";
import { seriesOf } from "./expression.ts";
import { objectives } from "./objectives.ts";
import { toPromQl } from "./promql.ts";
import { realTime, timeScale } from "./time-scale.ts";

const [availability, , latency] = objectives;
if (!availability || !latency) throw new Error("the objectives have changed places");

describe("the tiers", () => {
  test("alert when 2, 5, 10 and 10 % of a month's budget went in their long window", () => {
    expect(tiers.map((tier) => spentLimit(availability, tier))).toEqual([0.02, 0.05, 0.1, 0.1]);
  });

  test("look back over a twelfth of the long window to see that it goes on", () => {
    expect(tiers.map(({ longS, shortS }) => longS / shortS)).toEqual([12, 12, 12, 12]);
  });

  test("rest on so many requests that one failure cannot alert: 70, 167, 334 and 1 000 at 99.9 %", () => {
    expect(tiers.map((tier) => requestsFloor(availability, tier))).toEqual([70, 167, 334, 1_000]);
    for (const tier of tiers) expect(1 / requestsFloor(availability, tier)).toBeLessThanOrEqual(tier.burnRate * budgetOf(availability));
  });

  test("rest on 20 requests at least, however wide the budget is", () => {
    expect(tiers.map((tier) => requestsFloor(latency, tier))).toEqual([20, 20, 34, 100]);
  });
});

describe("an objective", () => {
  test("has the budget that its target leaves, without binary dust", () => {
    expect(objectives.map(budgetOf)).toEqual([0.001, 0.001, 0.01, 0.01]);
  });

  test("has a page of the quick tiers and a ticket of the slow ones, by one name", () => {
    for (const objective of objectives) {
      const alerts = burnAlertsOf(objective, realTime);
      expect(alerts.map(({ name, severity, slo }) => ({ name, severity, slo }))).toEqual([
        { name: objective.alert, severity: "page", slo: objective.name },
        { name: objective.alert, severity: "ticket", slo: objective.name },
      ]);
    }
  });

  test("has alerts that read its own recordings alone, and all of them are recorded", () => {
    const recorded = new Set(recordingsOf(availability, realTime).map(({ record }) => record));
    const read = burnAlertsOf(availability, realTime).flatMap(({ condition }) => seriesOf(condition));
    expect(read.filter(({ metric }) => !recorded.has(metric))).toEqual([]);
    expect(new Set(read.map(({ matchers }) => JSON.stringify(matchers)))).toEqual(
      new Set(['[{"label":"slo","operator":"=","value":"redirect-availability"}]']),
    );
  });

  test("records a ratio over every window, and seldom those of days", () => {
    const recordings = recordingsOf(availability, realTime);
    const ratios = Object.keys(ratioWindows).map(ratioName);
    expect(recordings.map(({ record }) => record).filter((record) => ratios.includes(record))).toEqual(ratios);
    expect(recordings.filter(({ isSeldom }) => isSeldom).map(({ record }) => record)).toEqual([
      ratioName("1d"),
      ratioName("3d"),
      ratioName("30d"),
      spentName("30d"),
      "slo:error_budget:left_ratio",
    ]);
  });

  test("counts requests by the time between two evaluations", () => {
    const [page] = burnAlertsOf(availability, timeScale(1, 15));
    expect(page && toPromQl(page.condition)).toContain('(sum_over_time(slo:requests:rate1m{slo="redirect-availability"}[1h]) * 15) >= 70');
  });
});
