import { awaitCondition } from "./await-condition.ts";
import { type Fault, faults, type FaultStage } from "./faults.ts";
import type { MailGate } from "./mail-gate.ts";
import type { Scenario } from "./scenarios.ts";
import { type DrillFacts, type DrillIncident, type DrillScore, isEndTold, scoreDrill } from "./score-drill.ts";

/** Healthy traffic before the fault, in seconds as rules count them, and in milliseconds at least. */
const calmS = 120;
const calmLeastMs = 6_000;
/** Time beyond what rules need, for scrapes, evaluations and sending, in milliseconds. */
const slackMs = 15_000;
/** How long the incident may outlast the fault, in seconds as rules count them, and for what does not run faster: a maximum that slides over a minute. */
const recoverWithinS = 45 * 60;
const recoverSlackMs = 90_000;
/** How long the desk may take to watch the instance, and a mail to leave, in milliseconds: a refused one is tried again after seconds. */
const watchTimeoutMs = 30_000;
const mailTimeoutMs = 30_000;
/** How long an incident from the start of the instance may last, such as one of a busy machine, in milliseconds. */
const troubleMostMs = 100_000;
/** Mails that have to be refused before the mail server is mended. */
const refusalsLeast = 1;

export interface RunDrillParts {
  readonly scenario: Scenario;
  readonly stage: FaultStage;
  readonly mailGate: Pick<MailGate, "open" | "refused">;
  /** Lengths of time as rules count them, in seconds. */
  readonly spanS: (seconds: number) => number;
  /** Whether the desk watches the instance. */
  isWatched(): boolean;
  /** What the drill caused so far. */
  incidents(): readonly DrillIncident[];
  readonly isTelling: boolean;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Told what is waited for. */
  onStep(sentence: string): void;
}

/** Breaks the instance, waits for what has to come of it, mends it, and waits for the end. @throws Error when it could not be broken or mended */
export async function runDrill(parts: RunDrillParts): Promise<DrillScore | null> {
  const { scenario, spanS, signal, nowMs, monotonicMs, onStep } = parts;
  const within = (timeoutMs: number, holds: () => boolean): Promise<boolean> => awaitCondition(holds, { timeoutMs, signal, monotonicMs });
  const score = (facts: Pick<DrillFacts, "faultAtMs" | "endedAtMs">): DrillScore =>
    scoreDrill({ ...facts, scenario, incidents: parts.incidents(), isTelling: parts.isTelling });

  onStep("waiting until the drill instance is watched");
  if (!(await within(watchTimeoutMs, parts.isWatched))) return null;
  onStep("healthy traffic before the fault");
  await within(Math.max(calmLeastMs, spanS(calmS) * 1_000), () => false);
  await within(troubleMostMs, () => parts.incidents().every(({ incident }) => incident.resolvedAtMs !== null));
  if (signal.aborted) return null;

  const faultAtMs = nowMs();
  const fault: Fault = faults[scenario.name];
  const now = (): DrillScore => score({ faultAtMs, endedAtMs: nowMs() });
  try {
    await fault.begin(parts.stage);
    if (scenario.expected.length === 0) {
      onStep("the fault is over; nobody may be paged");
      await within(spanS(scenario.detectWithinS) * 1_000 + slackMs, () => now().falsePages > 0);
      return signal.aborted ? null : score({ faultAtMs, endedAtMs: faultAtMs });
    }
    onStep("the fault is there; waiting for the alert");
    await within(spanS(scenario.detectWithinS) * 1_000 + slackMs, () => now().detectedMs !== null);
    onStep(now().detectedMs === null ? "nothing was noticed in time" : "noticed; waiting for the mail");
    if (scenario.name === "mail-down" && (await within(mailTimeoutMs, () => parts.mailGate.refused >= refusalsLeast))) {
      onStep("the mail was refused; the mail server takes mails again");
      parts.mailGate.open();
    }
    if (parts.isTelling && now().detectedMs !== null) await within(mailTimeoutMs, () => now().mailedMs !== null);
  } finally {
    await fault.end(parts.stage);
  }
  const endedAtMs = nowMs();
  onStep("the fault is over; waiting for the end of the incident");
  const isOver = now().detectedMs !== null && (await within(spanS(recoverWithinS) * 1_000 + recoverSlackMs, () => now().recoveredMs !== null));
  if (isOver && parts.isTelling) {
    onStep("the incident is over; waiting for the mail that says so");
    await within(mailTimeoutMs, () => isEndTold({ faultAtMs, incidents: parts.incidents() }));
  }
  return signal.aborted ? null : score({ faultAtMs, endedAtMs });
}
