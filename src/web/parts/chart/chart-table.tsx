import { exactText } from "../time-text.ts";
import { valueText } from "../value-text.ts";
import type { ChartContent } from "./chart-line.ts";

/** Most rows of the table; of more points it shows every n-th. */
const rowsMost = 60;

/** The points of a chart as a table, newest first, for those who do not see the lines. */
export function ChartTable({ title, unit, content: { timesMs, lines } }: { title: string; unit: string; content: ChartContent }) {
  const every = Math.max(1, Math.ceil(timesMs.length / rowsMost));
  const rows = timesMs.map((atMs, index) => ({ atMs, index })).filter(({ index }) => (timesMs.length - 1 - index) % every === 0);
  return (
    <div class="table-scroll chart-table" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table class="table">
        <caption class="sr-only">
          {title} in {unit}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col" class="number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(({ atMs, index }) => (
            <tr key={atMs}>
              <td>{exactText(atMs)}</td>
              {lines.map(({ label, values }) => (
                <td key={label} class="number">
                  {valueText(values[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
