import type { Sampler } from "./trace.ts";

/** The random part of a trace id: its last 14 digits, 56 bits, as W3C Trace Context level 2 has it. */
const randomDigits = 14;
const randomValues = 16n ** BigInt(randomDigits);
/** Ratios are told apart in steps of this share. */
const ratioSteps = 1_000_000_000;

/**
 * Samples that share of new traces whose random part lies above a threshold, so that all services with the same ratio
 * decide alike (OpenTelemetry's consistent probability sampling).
 *
 * @param ratio from 0 to 1
 */
export function createTraceSampler(ratio: number): Sampler {
  if (ratio >= 1) return () => true;
  if (ratio <= 0) return () => false;
  const rejected = randomValues - (randomValues * BigInt(Math.round(ratio * ratioSteps))) / BigInt(ratioSteps);
  const threshold = rejected.toString(16).padStart(randomDigits, "0");
  // A tiny ratio rounds to a threshold of 15 digits, which no text of 14 reaches.
  return (traceId) => threshold.length === randomDigits && traceId.slice(-randomDigits) >= threshold;
}
