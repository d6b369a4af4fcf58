import type { AlertDefinition } from "../../alerting/alert-definition.ts";
import type { TimeScale } from "../../alerting/time-scale.ts";
import type { Drill } from "../../storage/desk/review-store.ts";
import type { AlertBook } from "../alerts/alert-book.ts";
import { fingerprintOf } from "../alerts/alert-candidate.ts";
import type { FedAlert } from "../alerts/alert-steps.ts";
import { annotationsOf } from "../alerts/alert-text.ts";
import type { AlertState } from "../evaluate/alert-state.ts";
import type { SignalHistory } from "../series/signal-history.ts";
import { createTicker } from "../ticker.ts";
import type { WatchTarget } from "../watch/watch-target.ts";
import { createWatching } from "../watching.ts";
import { createMemoryHistory } from "./memory-history.ts";

/** Service that the alerts of a drill are about: they silence, join and resolve nothing of the real one, and nothing of another drill. */
const serviceOf = (drillId: number): string => `link-service-drill-${drillId}`;
/** Label that alerts of drills have, and no others. */
export const drillLabel = "drill";
/** Share of an interval between a scrape and the evaluation of it. */
const tickPhase = 0.25;

export interface DrillWatchParts {
  readonly target: WatchTarget;
  readonly drill: Pick<Drill, "id" | "scenario">;
  /** Alerts that the drill may cause. Of the others only pages are told: what else a busy machine does to an instance is no part of a drill. */
  readonly known: readonly string[];
  readonly scale: TimeScale;
  readonly book: Pick<AlertBook, "feed">;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  deskUrl(): string;
  onFault(error: unknown): void;
}

/** Watches a drill instance by the same rules as everything else, on series of its own. */
export interface DrillWatch {
  readonly history: Pick<SignalHistory, "query">;
  /** Whether the instance was scraped and its rules were evaluated. */
  isJudging(): boolean;
  start(): void;
  /** Ends watching, and every alert that still fires. */
  stop(): Promise<void>;
}

/** Begins to watch a drill instance; its alerts are fed to the desk like those of any other program, marked as a drill's. */
export function createDrillWatch(parts: DrillWatchParts): DrillWatch {
  const { target, scale, book, nowMs, monotonicMs, onFault } = parts;
  const watching = createWatching({
    targets: [target],
    known: new Map(),
    scale,
    store: createMemoryHistory(),
    nowMs,
    monotonicMs,
    onFault,
    onEvent: () => undefined,
  });
  let told = new Map<string, FedAlert>();
  let isJudging = false;

  const tell = (firing: readonly FedAlert[]): void => {
    const atMs = nowMs();
    const now = new Map(firing.map((alert) => [keyOf(alert), alert]));
    const ended = [...told].filter(([key]) => !now.has(key)).map(([, alert]) => ({ ...alert, isFiring: false, endsAtMs: atMs }));
    const begun = firing.filter((alert) => !told.has(keyOf(alert)));
    if (ended.length + begun.length > 0) book.feed([...ended, ...begun], atMs);
    // What could not be stored has thrown, and is told again at the next look.
    told = now;
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      onFault(error);
    }
  };
  const look = (): void => {
    const evaluated = watching.evaluate();
    watching.history.save();
    if (!evaluated.isJudged) return;
    isJudging = true;
    tell(toldOf(watching.rules.alerts, parts.known).flatMap((definition) => firingOf(definition, watching.runner.alertsOf(definition), parts)));
  };
  const ticker = createTicker({
    everyMs: watching.intervalMs,
    firstAfterMs: watching.intervalMs * tickPhase,
    monotonicMs,
    run: () => guarded(look),
    onSkipped: () => undefined,
  });
  return {
    history: watching.history,
    isJudging: () => isJudging,
    start: () => {
      watching.loop.start();
      ticker.start();
    },
    stop: async () => {
      ticker.stop();
      await watching.loop.stop();
      guarded(() => tell([]));
    },
  };
}

/** A ticket about an error budget looks back over days, of which an instance that is minutes old knows nothing. */
function toldOf(definitions: readonly AlertDefinition[], known: readonly string[]): AlertDefinition[] {
  return definitions.filter(({ severity, slo, name }) => severity === "page" || (severity === "ticket" && slo === undefined && known.includes(name)));
}

function keyOf({ fingerprint, startsAtMs }: FedAlert): string {
  return `${fingerprint}/${startsAtMs}`;
}

function firingOf(definition: AlertDefinition, alerts: ReadonlyMap<string, AlertState>, { drill, deskUrl }: DrillWatchParts): FedAlert[] {
  return [...alerts.values()]
    .filter(({ state }) => state === "firing")
    .map((alert) => {
      const labels = { ...alert.labels, service: serviceOf(drill.id), [drillLabel]: drill.scenario };
      return {
        fingerprint: `drill-${fingerprintOf(labels)}`,
        rule: `drill/${definition.name}/${definition.severity}`,
        labels,
        annotations: annotationsOf(definition, alert.value, deskUrl()),
        isFiring: true,
        startsAtMs: alert.activeAtMs,
        endsAtMs: null,
      };
    });
}
