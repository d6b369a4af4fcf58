import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Drill } from "../../storage/desk/review-store.ts";
import { createEvidenceKeeper, type EvidenceKeeper } from "../evidence-keeper.ts";
import { evidenceSources } from "../evidence-sources.ts";
import { createLogDesk, type LogDesk } from "../log-desk.ts";
import type { SignalHistory } from "../series/signal-history.ts";
import { linkServiceJob } from "../watch-targets.ts";
import type { WatchTarget } from "../watch/watch-target.ts";
import { type DrillDisk, mountDrillDisk } from "./drill-disk.ts";
import { makeDrillFolder, storeName } from "./drill-folder.ts";
import { startDrillInstance } from "./drill-instance.ts";
import { createDrillWatch } from "./drill-watch.ts";
import type { DrillsParts } from "./drills.ts";
import type { Launch } from "./launch.ts";
import { runDrill } from "./run-drill.ts";
import type { Scenario } from "./scenarios.ts";
import type { DrillIncident, DrillScore } from "./score-drill.ts";
import { createStoreHolder } from "./store-holder.ts";
import { startTraffic } from "./traffic.ts";

/** Gentle traffic, enough for rules that ask for requests. */
const requestsPerSecond = 30;
/** Incidents that are looked through for those of a drill. */
const incidentsLookedAt = 100;

/** What the desk needs of a drill while it runs. */
export interface RunningDrill {
  readonly history: Pick<SignalHistory, "query">;
  readonly evidence: EvidenceKeeper;
}

export interface PerformDrillParts extends Omit<DrillsParts, "launch"> {
  readonly launch: Launch;
  readonly drill: Pick<Drill, "id" | "scenario" | "startedAtMs">;
  readonly scenario: Scenario;
  readonly signal: AbortSignal;
  /** Told before the drill can cause anything. */
  onWatched(running: RunningDrill): void;
}

/** Sets the stage for a drill, runs it, and clears the stage, whatever happens. @throws Error that says why it could not be run */
export async function performDrill(parts: PerformDrillParts): Promise<DrillScore | null> {
  const { scenario, drill, mailGate, nowMs, monotonicMs, random } = parts;
  await using stage = new AsyncDisposableStack();
  const folder = makeDrillFolder();
  stage.defer(() => rmSync(folder, { recursive: true, force: true }));
  const disk = scenario.name === "disk-full" ? mountDisk(join(folder, storeName), stage) : null;
  const instance = await startDrillInstance({ launch: parts.launch, folder, token: crypto.randomUUID() });
  stage.defer(() => instance.stop());
  const holder = createStoreHolder(parts.launch);
  stage.defer(() => holder.release());
  const traffic = startTraffic({ address: instance.address, requestsPerSecond, random });
  stage.defer(() => traffic.stop());

  const target: WatchTarget = {
    baseUrl: instance.address,
    job: linkServiceJob,
    metricsPath: "/prom_metrics",
    logFile: instance.logFile,
    canary: null,
    token: null,
  };
  const logs = createLogDesk([target], nowMs);
  logs.start();
  stage.defer(() => logs.stop());
  const watch = createDrillWatch({ ...parts, target, drill, known: [...scenario.expected, ...scenario.also] });
  const evidence = evidenceOf(parts, watch.history, logs);
  stage.defer(() => evidence.stop());
  parts.onWatched({ history: watch.history, evidence });
  watch.start();
  stage.defer(() => watch.stop());
  return await runDrill({
    scenario,
    mailGate,
    nowMs,
    monotonicMs,
    signal: parts.signal,
    spanS: parts.scale.spanS,
    isWatched: watch.isJudging,
    isTelling: parts.isTelling(),
    stage: { instance, mailGate, holder, disk },
    incidents: () => incidentsOf(parts),
    onStep: (note) => void parts.reviews.changeDrill(drill.id, { note }),
  });
}

function mountDisk(folder: string, stage: AsyncDisposableStack): DrillDisk {
  const disk = mountDrillDisk(folder);
  stage.defer(() => disk.unmount());
  return disk;
}

function evidenceOf({ incidents, nowMs, onFault }: PerformDrillParts, history: RunningDrill["history"], logs: LogDesk): EvidenceKeeper {
  const sources = evidenceSources({ history, logs, notes: { changes: () => [] } });
  return createEvidenceKeeper({ store: incidents, sources, readAudit: async () => [], nowMs, onFault });
}

/** Incidents that this drill caused: those of drills since it began, as there is one drill at a time. */
function incidentsOf({ incidents, drill }: PerformDrillParts): DrillIncident[] {
  return incidents
    .list({ fromMs: drill.startedAtMs, limit: incidentsLookedAt })
    .filter(({ isDrill }) => isDrill)
    .map((incident) => ({ incident, timeline: incidents.timeline(incident.id) }));
}
