/** `fromMs` inclusive, `toMs` exclusive; absent bounds are open. */
export interface StatsRange {
  fromMs?: number;
  toMs?: number;
  interval: "hour" | "day";
}

/** Counts by value, most frequent first. */
export type Breakdown = { value: string; clicks: number }[];

export interface LinkStats {
  totals: { clicks: number; people: number; bots: number };
  series: { atMs: number; clicks: number; bots: number }[];
  referrers: Breakdown;
  browsers: Breakdown;
  systems: Breakdown;
  devices: Breakdown;
  countries: Breakdown;
}
