import type { ChartAnswer } from "../series/draw-chart.ts";

/** One day of a component. */
export interface UptimeDay {
  /** `2026-11-24`, in UTC. */
  readonly day: string;
  /** Share of probes that were answered well, from 0 to 1; null without any. */
  readonly share: number | null;
}

const dayMs = 86_400_000;

/** The days up to now, the oldest first, out of what probes measured: the mean of a day over all instances. */
export function uptimeDays({ timesMs, series }: Pick<ChartAnswer, "timesMs" | "series">, days: number, nowMs: number): UptimeDay[] {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { values } of series) {
    for (const [index, value] of values.entries()) {
      if (value === null) continue;
      const day = dayOf(timesMs[index] ?? 0);
      const known = sums.get(day) ?? { sum: 0, count: 0 };
      sums.set(day, { sum: known.sum + value, count: known.count + 1 });
    }
  }
  return Array.from({ length: days }, (_, index) => {
    const day = dayOf(nowMs - (days - 1 - index) * dayMs);
    const known = sums.get(day);
    return { day, share: known ? Math.min(1, Math.max(0, known.sum / known.count)) : null };
  });
}

/** Mean over the days that were measured; null without any. */
export function uptimeOver(days: readonly UptimeDay[]): number | null {
  const shares = days.flatMap(({ share }) => share ?? []);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
