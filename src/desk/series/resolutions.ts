import { realTime, type TimeScale } from "../../alerting/time-scale.ts";

/** Buckets of one length: how long they are, how long they are kept, and how much time shares a row on disk. */
export interface Resolution {
  readonly stepMs: number;
  readonly keepMs: number;
  readonly chunkMs: number;
}

/** In which detail series are kept: each sample for hours, minutes for a week, quarters of an hour for more than a year. */
export interface Resolutions {
  readonly fine: { readonly keepMs: number };
  readonly middle: Resolution;
  readonly coarse: Resolution;
}

const minuteS = 60;
const hourS = 3_600;
const dayS = 86_400;

/** Buckets of a chunk: an hour of minutes, and six hours of quarters; chunks of less would be rows of mostly overhead. */
const middleChunkSteps = 60;
const coarseChunkSteps = 24;
const middleStepsInCoarse = 15;

/** The resolutions for a scale of time: 6 h of samples, 7 days of minutes, 400 days of quarters of an hour. */
export function resolutionsOf(scale: TimeScale = realTime): Resolutions {
  const lengthMs = (seconds: number): number => scale.spanS(seconds) * 1000;
  const middleStepMs = Math.round(Math.max(lengthMs(minuteS), scale.intervalS * 1000));
  const coarseStepMs = middleStepsInCoarse * middleStepMs;
  const coarseChunkMs = coarseChunkSteps * coarseStepMs;
  return {
    // A chunk that is not written yet is made again from the samples after a restart, so they outlast it.
    fine: { keepMs: Math.max(lengthMs(6 * hourS), coarseChunkMs) },
    middle: { stepMs: middleStepMs, keepMs: lengthMs(7 * dayS), chunkMs: middleChunkSteps * middleStepMs },
    coarse: { stepMs: coarseStepMs, keepMs: lengthMs(400 * dayS), chunkMs: coarseChunkMs },
  };
}
