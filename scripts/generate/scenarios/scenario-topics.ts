import { objectiveNames } from "../../../src/alerting/objectives.ts";
import { burnScenarios } from "./burn-scenarios.ts";
import { dayScenarios } from "./day-scenarios.ts";
import { monitoringScenarios } from "./monitoring-scenarios.ts";
import { objectiveScenarios } from "./objective-scenarios.ts";
import { outageScenarios } from "./outage-scenarios.ts";
import { requestScenarios } from "./request-scenarios.ts";
import { resourceScenarios } from "./resource-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { serviceScenarios } from "./service-scenarios.ts";
import { trafficScenarios } from "./traffic-scenarios.ts";

/** Scenarios that are run together, at one pace. */
export interface ScenarioTopic {
  /** File in ops/prometheus/, without its ending. */
  readonly file: string;
  /** Time between two scrapes and two evaluations, in seconds; the rules are written for it. */
  readonly intervalS: number;
  /** Rule groups whose alerts are evaluated, with the recordings they read; without it, `rules.yml` as it is deployed. */
  readonly groups?: readonly string[];
  readonly scenarios: readonly Scenario[];
}

const redirectBudget = ["redirect-availability", "redirect-availability-budget"];
const everyObjective = objectiveNames.flatMap((name) => [name, `${name}-budget`]);

/**
 * promtool evaluates every rule at one interval, and an hour of all of them at 5 s takes it 12 s. So the deployed rules meet the
 * minutes; hours and days are told at a coarser interval to the groups they are about, whose rules are generated for that interval.
 */
export const scenarioTopics: readonly ScenarioTopic[] = [
  { file: "scenarios", intervalS: 5, scenarios: requestScenarios },
  {
    file: "scenarios-parts",
    intervalS: 15,
    groups: ["service", "resources", "monitoring"],
    scenarios: [...serviceScenarios, ...resourceScenarios, ...monitoringScenarios],
  },
  { file: "scenarios-objectives", intervalS: 15, groups: [...everyObjective, "service"], scenarios: objectiveScenarios },
  { file: "scenarios-outage", intervalS: 15, groups: [...redirectBudget, "service"], scenarios: outageScenarios },
  { file: "scenarios-hours", intervalS: 60, groups: redirectBudget, scenarios: burnScenarios },
  { file: "scenarios-days", intervalS: 600, groups: redirectBudget, scenarios: dayScenarios },
  { file: "scenarios-weeks", intervalS: 1_200, groups: ["service"], scenarios: trafficScenarios },
];
