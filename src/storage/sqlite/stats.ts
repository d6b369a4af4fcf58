import type { Database } from "bun:sqlite";
import type { Breakdown, LinkStats, StatsRange } from "../link-stats.ts";
import type { HourCounts, TraitCounts } from "./roll-up.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Values listed of a breakdown; the rest is one line, `other`. */
const valuesListed = 50;

interface DayRow {
  day: number;
  hours: string;
  traits: string;
}

function listed(values: Map<string, number>): Breakdown {
  const sorted = [...values].map(([value, clicks]) => ({ value, clicks })).sort((a, b) => b.clicks - a.clicks || (a.value < b.value ? -1 : 1));
  const rest = sorted.slice(valuesListed).reduce((sum, { clicks }) => sum + clicks, 0);
  return rest === 0 ? sorted : [...sorted.slice(0, valuesListed), { value: "other", clicks: rest }];
}

/**
 * The counts of a link from its rolled-up days. Hours outside the range are left out of series and totals; breakdowns
 * are kept by day, so they cover the days the range touches.
 */
export function readStats(database: Database, { urlId, range }: { urlId: number; range: StatsRange }): LinkStats | null {
  if (!database.query("SELECT 1 FROM links WHERE id = ? AND deleted_at IS NULL").get(urlId)) return null;
  const fromMs = range.fromMs ?? 0;
  const toMs = range.toMs ?? Number.MAX_SAFE_INTEGER;
  const days = database.query<DayRow, [number, number, number]>(
    "SELECT day, hours, traits FROM click_days WHERE link_id = ? AND day >= ? AND day <= ? ORDER BY day",
  );
  const totals = { clicks: 0, people: 0, bots: 0 };
  const series = new Map<number, { atMs: number; clicks: number; bots: number }>();
  const traits = { referrer: new Map(), browser: new Map(), system: new Map(), device: new Map(), country: new Map() } as Record<
    keyof TraitCounts,
    Map<string, number>
  >;
  for (const row of days.iterate(urlId, Math.floor(fromMs / dayMs), Math.floor((toMs - 1) / dayMs))) {
    for (const [hour, [clicks, bots]] of Object.entries(JSON.parse(row.hours) as HourCounts)) {
      const hourAtMs = row.day * dayMs + Number(hour) * hourMs;
      if (hourAtMs + hourMs <= fromMs || hourAtMs >= toMs) continue;
      const atMs = range.interval === "hour" ? hourAtMs : row.day * dayMs;
      const point = series.get(atMs) ?? { atMs, clicks: 0, bots: 0 };
      point.clicks += clicks;
      point.bots += bots;
      series.set(atMs, point);
      totals.clicks += clicks;
      totals.bots += bots;
    }
    for (const [name, values] of Object.entries(JSON.parse(row.traits) as TraitCounts)) {
      const sums = traits[name as keyof TraitCounts];
      for (const [value, clicks] of Object.entries(values)) sums.set(value, (sums.get(value) ?? 0) + clicks);
    }
  }
  totals.people = totals.clicks - totals.bots;
  return {
    totals,
    series: [...series.values()].sort((a, b) => a.atMs - b.atMs),
    referrers: listed(traits.referrer),
    browsers: listed(traits.browser),
    systems: listed(traits.system),
    devices: listed(traits.device),
    countries: listed(traits.country),
  };
}
