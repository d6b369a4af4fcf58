/** One series and what it does, stretch after stretch. */
export interface Signal {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stretches: readonly Stretch[];
}

/** A time in which a series moves steadily; the last one of a signal lasts to the end of the story. */
export interface Stretch {
  readonly lastsS: number;
  /** Where it starts; without it, where the stretch before left it. */
  readonly startsAt?: number;
  readonly perS: number;
  /** Not scraped: the series is marked stale. */
  readonly isGone?: true;
  /** Grows by whole numbers: events too seldom for a smooth line. */
  readonly isWhole?: true;
}

/** A gauge that stays. */
export const holds = (value: number, lastsS = Infinity): Stretch => ({ lastsS, startsAt: value, perS: 0 });
/** A counter that grows from where it stands. */
export const grows = (perS: number, lastsS = Infinity): Stretch => ({ lastsS, perS });
/** A counter that starts at a number, as after a restart or where Prometheus meets it late. */
export const startsAt = (value: number, perS = 0, lastsS = Infinity): Stretch => ({ lastsS, startsAt: value, perS });
/** Single events, one every so many seconds. */
export const countsEvery = (everyS: number, lastsS = Infinity): Stretch => ({ lastsS, perS: 1 / everyS, isWhole: true });
/** The target cannot be scraped, or does not expose the series. */
export const isGone = (lastsS = Infinity): Stretch => ({ lastsS, perS: 0, isGone: true });

export function signal(metric: string, labels: Readonly<Record<string, string>>, ...stretches: Stretch[]): Signal {
  return { metric, labels, stretches };
}

/** The series as Prometheus spells it. */
export function selectorOf({ metric, labels }: Signal): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${metric}{${pairs.join(", ")}}`;
}

/** Decimals that samples keep: fewer than binary dust needs, more than any story. */
const sampleDecimals = 6;

/** Samples of a signal, one every `intervalS`; null where there is none. */
export function samplesOf({ stretches }: Signal, lastsS: number, intervalS: number): (number | null)[] {
  const samples: (number | null)[] = [];
  let startS = 0;
  let from = 0;
  for (const { lastsS: ownS, startsAt: start = from, perS, isGone: gone, isWhole } of stretches) {
    const endS = startS + ownS;
    for (let atS = samples.length * intervalS; atS < endS && atS <= lastsS; atS = samples.length * intervalS) {
      const exact = start + perS * (atS - startS);
      const value = isWhole ? Math.floor(Number(exact.toFixed(sampleDecimals))) : exact;
      samples.push(gone ? null : Number(value.toFixed(sampleDecimals)));
    }
    const end = start + perS * Math.min(ownS, lastsS);
    from = isWhole ? Math.floor(end) : end;
    startS = endS;
  }
  return samples;
}
