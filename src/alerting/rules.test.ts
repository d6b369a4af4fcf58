import { describe, expect, test } from "bun:test";
import { seriesOf } from "./expression.ts";
import { objectiveNames } from "./objectives.ts";
import { allAlerts, ruleGroups } from "./rules.ts";
import { timeScale } from "./time-scale.ts";

describe("the rules", () => {
  test("have one alert for each name and severity", () => {
    const keys = allAlerts().map(({ name, severity }) => `${name}/${severity}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  test("record before they are read: in an earlier group, or earlier in the same one", () => {
    const recorded = new Set<string>();
    const early: string[] = [];
    for (const { recordings, alerts } of ruleGroups()) {
      const readAll = (name: string, expression: Parameters<typeof seriesOf>[0]): void => {
        const missing = seriesOf(expression).filter(({ metric }) => metric.startsWith("slo:") && !recorded.has(metric));
        early.push(...missing.map(({ metric }) => `${name} reads ${metric}`));
      };
      for (const { record, expression } of recordings) {
        readAll(record, expression);
        recorded.add(record);
      }
      for (const { name, condition } of alerts) readAll(name, condition);
    }
    expect(early).toEqual([]);
  });

  test("evaluate what counts days once a minute, and the rest at the interval of the scale", () => {
    for (const { name, intervalS } of ruleGroups()) expect([name, intervalS]).toEqual([name, name.endsWith("-budget") ? 60 : 5]);
    for (const { name, intervalS } of ruleGroups(timeScale(1 / 60, 2))) expect([name, intervalS]).toEqual([name, 2]);
  });

  test("have a page and a ticket for every objective", () => {
    const burning = allAlerts().flatMap(({ slo, severity }) => (slo ? [`${slo} ${severity}`] : []));
    expect(burning.toSorted()).toEqual(objectiveNames.flatMap((name) => [`${name} page`, `${name} ticket`]).toSorted());
  });

  test("name every text an alert is shown with", () => {
    for (const { name, measure, summary, impact, action } of allAlerts()) {
      expect([name, [measure, summary, impact, action].every((text) => text.length > 0 && text.length < 200)]).toEqual([name, true]);
    }
  });
});
