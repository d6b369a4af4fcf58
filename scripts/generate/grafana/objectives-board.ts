import { badRate, budgetLeft, budgetOf, burnLimit, ratioName, requestsRate, spentLimit, spentName, type Tier, tiers } from "../../../src/alerting/burn-rate.ts";
import { type Objective, objectives } from "../../../src/alerting/objectives.ts";
import { promDuration } from "../../../src/alerting/promql.ts";
import { percent } from "../percent.ts";
import { findAlert } from "./alert-drawing.ts";
import type { BoardDefinition, Line, PanelQuery, SectionDefinition } from "./board-definition.ts";

/** The objectives, how fast their error budgets burn, and what is left of them. */
export function objectivesBoard(): BoardDefinition {
  return {
    uid: "objectives",
    title: "SLOs and budgets",
    description: "The objectives, how fast their error budgets burn, and what is left of them.",
    chosenFrom: "srenity_build_info",
    sections: [overview(), ...objectives.map(sectionOf)],
  };
}

const recorded = (name: string, where = ""): string => `${name}{job=~"$job"${where === "" ? "" : `, ${where}`}}`;

function overview(): SectionDefinition {
  return {
    title: "All objectives",
    panels: [
      {
        title: "Budget left",
        description: "Share of the error budget of 30 days that is left. Below 0 the objective is missed: no risky change before it recovers.",
        shape: "numbers",
        width: 12,
        unit: "share",
        queries: [{ expression: `min by (slo) (${recorded(budgetLeft)})`, legend: "{{slo}}" }],
      },
      {
        title: "Failing now",
        description: "Share of bad requests of the last five minutes. Anything but 0 spends budget; the sections below say how fast.",
        shape: "numbers",
        width: 12,
        unit: "share",
        queries: [{ expression: `max by (slo) (${recorded(ratioName("5m"))})`, legend: "{{slo}}" }],
      },
    ],
  };
}

function sectionOf(objective: Objective): SectionDefinition {
  const { title, target, periodDays } = objective;
  return {
    title: `${title}: ${percent(target)} of the requests of ${periodDays} days`,
    panels: [...spendingPanels(objective), ...servingPanels(objective)],
  };
}

const of = ({ name }: Objective): string => `slo="${name}"`;
const linesOf = (severity: Tier["severity"], valueOf: (tier: Tier) => number): Line[] =>
  tiers.filter((tier) => tier.severity === severity).map((tier) => ({ value: valueOf(tier), severity }));

function spendingPanels(objective: Objective): SectionDefinition["panels"] {
  const budget = budgetOf(objective);
  const burn = (window: string): PanelQuery => ({ expression: `${recorded(ratioName(window), of(objective))} / ${budget}`, legend: `over ${window}` });
  const spent = (window: string): PanelQuery => ({ expression: recorded(spentName(window), of(objective)), legend: `in ${window}` });
  return [
    {
      title: `${objective.title}: budget spent`,
      description: "Share of the budget that an hour and six spent. Above the lower line in an hour, or the upper in six, someone is paged.",
      shape: "lines",
      width: 8,
      alerts: [findAlert(objective.alert, "page")],
      lines: linesOf("page", (tier) => spentLimit(objective, tier)),
      queries: [spent("6h")],
    },
    {
      title: `${objective.title}: bad requests`,
      description: `Share of bad requests over long windows; ${percent(budget)} is allowed. Above the lower line over three days, or the upper over one, a ticket is due.`,
      shape: "lines",
      width: 8,
      alerts: [findAlert(objective.alert, "ticket")],
      lines: linesOf("ticket", (tier) => burnLimit(objective, tier)),
      queries: ["1h", "1d", "30d"].map((window) => ({ expression: recorded(ratioName(window), of(objective)), legend: `over ${window}` })),
    },
    {
      title: `${objective.title}: burn rate`,
      description: "Times as fast as would spend the budget exactly in its period. Lines: the rates that page (red) and those that are a ticket (orange).",
      shape: "lines",
      width: 8,
      unit: "count",
      lines: tiers.map(({ burnRate, severity }) => ({ value: burnRate, severity })),
      queries: tiers.map(({ shortS }) => burn(promDuration(shortS))),
    },
  ];
}

function servingPanels(objective: Objective): SectionDefinition["panels"] {
  const where = of(objective);
  return [
    {
      title: `${objective.title}: good requests`,
      description: `Share of good requests; the line is the objective. ${objective.action}`,
      shape: "lines",
      width: 8,
      unit: "share",
      lines: [{ value: objective.target, severity: "ticket" }],
      queries: ["1h", "30d"].map((window) => ({ expression: `1 - ${recorded(ratioName(window), where)}`, legend: `over ${window}` })),
    },
    {
      title: `${objective.title}: budget left`,
      description: "What is left of the budget. A steep fall is an incident; a steady one is a fault that nobody has noticed.",
      shape: "lines",
      width: 8,
      unit: "share",
      queries: [{ expression: recorded(budgetLeft, where), legend: "left {{job}}" }],
    },
    {
      title: `${objective.title}: requests`,
      description: "Requests that count, and those of them that were bad. Few requests make every failure weigh more.",
      shape: "lines",
      width: 8,
      unit: "requests per second",
      queries: [
        { expression: recorded(requestsRate, where), legend: "all {{job}}" },
        { expression: recorded(badRate, where), legend: "bad {{job}}" },
      ],
    },
  ];
}
