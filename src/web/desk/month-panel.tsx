import type { MonthView, Spread } from "../../desk/views.ts";
import { AskedContent } from "../parts/asked-content.tsx";
import { Empty } from "../parts/empty.tsx";
import { Panel } from "../parts/panel.tsx";
import { spanText } from "../parts/time-text.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { shareText } from "../parts/value-text.ts";

/** Months in figures: how soon noticed, taken and ended, and what it cost. */
export function MonthPanel() {
  const asked = useAnswer<{ months: readonly MonthView[] }>("/api/reports");
  return (
    <Panel title="By month">
      <AskedContent asked={asked} what="The figures" rows={4}>
        {({ months }) => (months.length === 0 ? <Empty>A month appears with its first incident. Drills do not count.</Empty> : <Months months={months} />)}
      </AskedContent>
      <p class="small muted">
        Median, and 90th percentile below it. Detection counts from the first bad minute in the measurements. A false page is one that ended within 5 minutes
        without anybody's hand.
      </p>
    </Panel>
  );
}

function monthText(month: string): string {
  return new Date(`${month}-15`).toLocaleDateString("en-GB", { month: "long", year: "numeric" });
}

function Months({ months }: { months: readonly MonthView[] }) {
  const objectives = [...new Set(months.flatMap(({ budgetSpent }) => Object.keys(budgetSpent)))];
  return (
    <table class="table stacking">
      <thead>
        <tr>
          <th scope="col">Month</th>
          <th scope="col" class="number">
            Incidents
          </th>
          <th scope="col" class="number">
            Detected in
          </th>
          <th scope="col" class="number">
            Acknowledged in
          </th>
          <th scope="col" class="number">
            Resolved in
          </th>
          <th scope="col" class="number">
            False pages
          </th>
          {objectives.map((name) => (
            <th key={name} scope="col" class="number">
              Budget spent, {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {months.map((month) => (
          <tr key={month.month}>
            <td class="wide-cell">
              <b>{monthText(month.month)}</b>
            </td>
            <td data-name="Incidents" class="number">
              {month.incidents}
            </td>
            <SpreadCell name="Detected in" spread={month.timeToDetect} />
            <SpreadCell name="Acknowledged in" spread={month.timeToAcknowledge} />
            <SpreadCell name="Resolved in" spread={month.timeToResolve} />
            <td data-name="False pages" class="number">
              {month.falsePages} of {month.pages}
            </td>
            {objectives.map((name) => (
              <td key={name} data-name={`Budget spent, ${name}`} class="number">
                {shareText(month.budgetSpent[name] ?? null, 1)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SpreadCell({ name, spread: { medianMs, p90Ms, count, excluded } }: { name: string; spread: Spread }) {
  return (
    <td data-name={name} class="number" title={`${count} counted${excluded > 0 ? `, ${excluded} left out: it did not happen` : ""}`}>
      {medianMs === null ? "–" : spanText(medianMs)}
      {p90Ms !== null && <span class="small muted block">{spanText(p90Ms)}</span>}
    </td>
  );
}
