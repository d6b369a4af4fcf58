import type { AlertDefinition } from "../../src/alerting/alert-definition.ts";
import { burnLimit, requestsFloor, spentLimit, tiers } from "../../src/alerting/burn-rate.ts";
import { type Objective, objectives } from "../../src/alerting/objectives.ts";
import { promDuration, toPromQl } from "../../src/alerting/promql.ts";
import { allAlerts } from "../../src/alerting/rules.ts";
import { alertUnits } from "./alert-units.ts";
import { cell, page, table } from "./markdown.ts";
import { percent } from "./percent.ts";

/** docs/alerts.md */
export function alertsPage(): string {
  const parts = [
    "Objectives and alerts are data in `src/alerting/`. Prometheus' rules, Alertmanager's routes, the boards and this page are made of it.",
    "A **page** wakes a person, a **ticket** waits for working hours, the **heartbeat** must never stop. Each alert has a runbook, a scenario that fires it and a near miss that must not.",
    "## Objectives",
    table(["objective", "target", "period", "alert"], objectives.map(objectiveRow)),
    "## Burn rates",
    "An alert needs both windows of a tier. Pages ask what share of the whole budget the long window spent, so that a young history cannot exaggerate; tickets ask for the burn rate. " +
      "Fewer requests than the floor alert nobody: a single failure would.",
    table(["severity", "burn rate", "long window", "short window", "budget spent", ...objectives.map(({ name }) => `fewest requests, ${name}`)], tierRows()),
    "## Alerts",
    table(["alert", "severity", "limit", "for", "what users feel"], allAlerts().map(alertRow)),
    "## Conditions",
    ...allAlerts().map(({ name, severity, condition }) => `### ${name}, ${severity}\n\n\`\`\`promql\n${toPromQl(condition)}\n\`\`\``),
  ];
  return page("Alerts", "src/alerting/", parts.join("\n\n"));
}

function objectiveRow({ title, target, periodDays, alert }: Objective): string[] {
  return [cell(title), percent(target), `${periodDays} d`, alert];
}

function tierRows(): string[][] {
  return tiers.map((tier) => [
    tier.severity,
    `${tier.burnRate} ×`,
    promDuration(tier.longS),
    promDuration(tier.shortS),
    percent(spentLimit(objectives[0] as Objective, tier)),
    ...objectives.map((objective) => `${requestsFloor(objective, tier)} (limit ${percent(burnLimit(objective, tier))})`),
  ]);
}

function alertRow({ name, severity, limit, forS, impact, measure }: AlertDefinition): string[] {
  const written = cell(`${limit.side} ${alertUnits[limit.unit].write(limit.value)} ${measure}`);
  return [`[${name}](../ops/runbooks/${name}.md)`, severity, written, promDuration(forS), cell(impact)];
}
