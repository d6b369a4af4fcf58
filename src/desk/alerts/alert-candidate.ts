import { createHash } from "node:crypto";
import type { AlertSource } from "../../storage/desk/alert-store.ts";
import { signature } from "../evaluate/evaluate.ts";
import type { Labels } from "../evaluate/series-source.ts";

/** An alert as its source has it now. Times are in milliseconds since 1970. */
export interface AlertCandidate {
  readonly fingerprint: string;
  readonly source: AlertSource;
  /** Name and severity of its rule. */
  readonly rule: string;
  /** With `alertname`, `severity`, `service` and, where it has one, `slo`. */
  readonly labels: Labels;
  readonly state: "pending" | "firing";
  readonly activeAtMs: number;
  readonly firedAtMs: number | null;
  /** Since when its condition no longer holds, while it goes on firing; null while it does hold. */
  readonly endedAtMs: number | null;
  /** What it says to people; asked for when it is needed. */
  describe(): Readonly<Record<string, string>>;
}

/** Digits of a fingerprint. */
const fingerprintLength = 16;

/** Stands for an alert with these labels. */
export function fingerprintOf(labels: Labels): string {
  return createHash("sha256").update(signature(labels)).digest("hex").slice(0, fingerprintLength);
}
