/** Samples in promtool's notation: `0+5x11` is twelve samples from 0 in steps of 5, `_x3` three without a value. */
export function promtoolNotation(samples: readonly (number | null)[]): string {
  const parts: string[] = [];
  for (let index = 0; index < samples.length;) {
    const length = samples[index] === null ? gapAt(samples, index) : runAt(samples, index);
    parts.push(samples[index] === null ? gapText(length) : runText(samples, index, length));
    index += length;
  }
  return parts.join(" ");
}

/** How far two steps may differ and still be the same: samples are rounded to six decimals. */
const stepTolerance = 1.5e-6;

const stepAt = (samples: readonly (number | null)[], index: number): number => (samples[index + 1] ?? Number.NaN) - (samples[index] ?? Number.NaN);

/** Length of the run of equal steps that begins at an index. */
function runAt(samples: readonly (number | null)[], start: number): number {
  const step = stepAt(samples, start);
  if (Number.isNaN(step)) return 1;
  let end = start + 1;
  while (Math.abs(stepAt(samples, end) - step) < stepTolerance) end++;
  return end - start + 1;
}

function runText(samples: readonly (number | null)[], start: number, length: number): string {
  const first = samples[start] ?? 0;
  if (length === 1) return String(first);
  const step = ((samples[start + length - 1] ?? 0) - first) / (length - 1);
  return `${first}${step < 0 ? "-" : "+"}${Number(Math.abs(step).toPrecision(12))}x${length - 1}`;
}

function gapAt(samples: readonly (number | null)[], start: number): number {
  const end = samples.findIndex((sample, index) => index > start && sample !== null);
  return (end === -1 ? samples.length : end) - start;
}

/** A failed scrape marks its series stale once; after that there is simply no sample. */
const gapText = (length: number): string => (length === 1 ? "stale" : `stale _x${length - 1}`);
