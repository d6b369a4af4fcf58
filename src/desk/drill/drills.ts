import type { TimeScale } from "../../alerting/time-scale.ts";
import { Failure } from "../../errors.ts";
import type { Incident, IncidentStore } from "../../storage/desk/incident-store.ts";
import type { Drill, ReviewStore } from "../../storage/desk/review-store.ts";
import type { AlertBook } from "../alerts/alert-book.ts";
import type { DrillDesk } from "../drill-desk.ts";
import { removeOrphanedFolders } from "./drill-folder.ts";
import { drillLabel } from "./drill-watch.ts";
import type { Launch } from "./launch.ts";
import type { MailGate } from "./mail-gate.ts";
import { performDrill, type RunningDrill } from "./perform-drill.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** Drills that are looked through for one that did not end. */
const drillsLookedAt = 20;
const whyOff = "DRILLS is off: a drill breaks an instance of its own and tells people of it, and runs only where that is wanted";

export interface DrillsParts {
  /** Whether the settings allow drills. */
  readonly isAllowed: boolean;
  /** Starts programs of ours; null where none can be started. */
  readonly launch: Launch | null;
  readonly incidents: IncidentStore;
  readonly reviews: Pick<ReviewStore, "addDrill" | "changeDrill" | "drills">;
  readonly book: Pick<AlertBook, "feed" | "list">;
  readonly mailGate: MailGate;
  /** How the desk's rules count time. */
  readonly scale: TimeScale;
  /** Whether anybody is told of incidents. */
  isTelling(): boolean;
  deskUrl(): string;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** A number from 0 to 1. */
  readonly random: () => number;
  onFault(error: unknown): void;
}

export interface Drills extends DrillDesk {
  /** What is measured of the drill instance; null when no drill runs. */
  history(): RunningDrill["history"] | null;
  /** Keeps the evidence of a drill's incident, from the drill's own measurements and log. */
  captureEvidence(incident: Incident): void;
  /** Ends the drill that runs, without a score. */
  stop(): Promise<void>;
}

/** Exercises: one at a time, each on an instance of its own that is gone afterwards. What one causes is marked as its own. */
export function createDrills(parts: DrillsParts): Drills {
  const { isAllowed, launch, reviews, nowMs, onFault } = parts;
  const stopping = new AbortController();
  let running: RunningDrill | null = null;
  let ending: Promise<void> | null = null;
  closeInterrupted(parts);
  if (isAllowed) removeOrphanedFolders();

  const run = async (drill: Drill, scenario: Scenario, start: Launch): Promise<void> => {
    try {
      const score = await performDrill({ ...parts, launch: start, drill, scenario, signal: stopping.signal, onWatched: (now) => (running = now) });
      reviews.changeDrill(drill.id, { endedAtMs: nowMs(), ...(score ?? { note: "ended before it had a score" }) });
    } catch (error) {
      reviews.changeDrill(drill.id, { endedAtMs: nowMs(), note: `could not be run: ${(error as Error).message}` });
    } finally {
      running = null;
    }
  };
  return {
    scenarios: scenarios.map(({ name, title, what }) => ({ name, title, what })),
    isAllowed: isAllowed && launch !== null,
    reason: isAllowed && launch !== null ? null : whyOff,
    history: () => running?.history ?? null,
    captureEvidence: (incident) => running?.evidence.opened(incident),
    start: async (name) => {
      const scenario = scenarios.find((each) => each.name === name);
      if (!scenario || launch === null || !isAllowed) return null;
      if (ending !== null) throw new Failure("drill_running");
      const drill = reviews.addDrill({ scenario: name, startedAtMs: nowMs(), note: "starting the drill instance" });
      ending = run(drill, scenario, launch)
        .catch(onFault)
        .finally(() => (ending = null));
      return drill;
    },
    stop: async () => {
      stopping.abort();
      await ending;
    },
  };
}

/** A drill that the end of the desk cut off is over, and so are its alerts. */
function closeInterrupted({ reviews, book, nowMs }: DrillsParts): void {
  const endsAtMs = nowMs();
  for (const { id, endedAtMs } of reviews.drills(drillsLookedAt))
    if (endedAtMs === null) reviews.changeDrill(id, { endedAtMs: endsAtMs, note: "the desk ended before the drill did" });
  const left = book.list().filter(({ labels, source }) => source === "fed" && labels[drillLabel] !== undefined);
  const ends = left.map(({ fingerprint, rule, labels, annotations, activeAtMs }) => ({
    fingerprint,
    rule,
    labels,
    annotations,
    startsAtMs: activeAtMs,
    endsAtMs,
  }));
  book.feed(
    ends.map((alert) => ({ ...alert, isFiring: false })),
    endsAtMs,
  );
}
