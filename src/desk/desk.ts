import { type TimeScale, timeScale } from "../alerting/time-scale.ts";
import type { Config } from "../config.ts";
import type { Log } from "../telemetry/log.ts";
import { createLogThrottle } from "../telemetry/log-throttle.ts";
import { AlertBook } from "./alerts/alert-book.ts";
import { restoreRules } from "./alerts/rule-candidates.ts";
import { type ChangeBook, createChangeBook } from "./change-book.ts";
import type { NotifySettings } from "./desk-channels.ts";
import { createDeskEvidence } from "./desk-evidence.ts";
import { createFaultReport } from "./desk-faults.ts";
import { createDeskIncidents, type DeskIncidents } from "./desk-incidents.ts";
import type { DeskMetrics } from "./desk-metrics.ts";
import { createDeskNotifications, type DeskNotifications } from "./desk-notifications.ts";
import type { DeskStores } from "./desk-stores.ts";
import { createDeskStream, type DeskStream } from "./desk-stream.ts";
import { createDeskViews, type DeskViews } from "./desk-views.ts";
import type { DrillDesk } from "./drill-desk.ts";
import { createDrills, type Drills } from "./drill/drills.ts";
import type { Launch } from "./drill/launch.ts";
import { firstImpact } from "./first-impact.ts";
import { createHeartbeatBook, type HeartbeatBook } from "./heartbeats.ts";
import { createHeartbeatPing } from "./heartbeat-ping.ts";
import { type AlertIntake, createAlertIntake } from "./intake/alert-intake.ts";
import { createLogDesk, type LogDesk } from "./log-desk.ts";
import { measureDesk } from "./measure-desk.ts";
import { noteEvent } from "./note-event.ts";
import { createStatusDesk, type StatusDesk } from "./status/status-desk.ts";
import { createTick } from "./tick.ts";
import { createTicker } from "./ticker.ts";
import { type TargetSettings, watchTargets } from "./watch-targets.ts";
import { createWatching, type Watching } from "./watching.ts";

export type DeskSettings = NotifySettings & TargetSettings & Pick<Config, "WATCH_SPEED" | "HEARTBEAT_URL" | "DRILLS">;

export interface DeskParts {
  readonly config: DeskSettings;
  readonly stores: DeskStores;
  readonly metrics: DeskMetrics;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly version: string;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Public address of the desk, for links in mails. */
  readonly deskUrl: () => string;
  /** Starts the programs of a drill; absent, none can be run. */
  readonly launch?: Launch;
}

/** The incident desk: what its HTTP API speaks to. */
export interface Desk {
  readonly stores: DeskStores;
  readonly incidents: DeskIncidents;
  readonly views: DeskViews;
  readonly alerts: AlertBook;
  readonly changes: ChangeBook;
  readonly heartbeats: HeartbeatBook;
  readonly notifications: DeskNotifications;
  readonly logs: LogDesk;
  readonly intake: AlertIntake;
  readonly status: StatusDesk;
  readonly drills: DrillDesk;
  readonly stream: DeskStream;
  /** Whether the last evaluation could be stored, and was not long ago. */
  isWell(): boolean;
  /** Tells everyone who looks how things stand now. */
  publishNow(): void;
  start(): void;
  /** Ends watching, sending and tailing; what is measured is stored. */
  stop(): Promise<void>;
}

/** Share of an interval between a scrape and the evaluation of it. */
const tickPhase = 0.25;
/** Time between scrapes, in seconds: as it is, and in drills and tests. */
const realIntervalS = 5;
const fastIntervalS = 1;

/** What the rest is put together from. */
interface Ground extends DeskParts {
  readonly scale: TimeScale;
  readonly targets: ReturnType<typeof watchTargets>;
  onFault(error: unknown): void;
}

/** Puts the desk together; `start` begins to watch. @throws OperatorError for settings, Failure store_* */
export function createDesk(parts: DeskParts): Desk {
  const { config, stores, metrics, log, nowMs, monotonicMs, deskUrl } = parts;
  const throttle = createLogThrottle(monotonicMs);
  const onFault = createFaultReport(metrics, log, throttle);
  const { WATCH_SPEED: speed } = config;
  const scale = timeScale(1 / speed, speed === 1 ? realIntervalS : fastIntervalS);
  const ground: Ground = { ...parts, onFault, targets: watchTargets(config), scale };
  const core = createCore(ground);
  const { watching, alerts, logs, notifications, stream, changes, heartbeats } = core;
  const views = createViews(ground, core, () => tick.isWell());
  const publishNow = (): void => {
    if (stream.readers > 0) stream.publish({ event: "now", content: views.now() });
  };
  const tick = createTick({ watching, alerts, heartbeats, changes, metrics, log, onFault, monotonicMs, deskUrl, onDone: publishNow });
  const everyMs = watching.intervalMs;
  const onSkipped = (count: number): void => metrics.families.ticks.child("skipped").add(count);
  const ticker = createTicker({ everyMs, firstAfterMs: everyMs * tickPhase, monotonicMs, run: tick.run, onSkipped });
  const onPing = (isOk: boolean, fault: string | null): void => {
    metrics.families.pings.child(isOk ? "ok" : "failed").add();
    if (!isOk && throttle.admit("ping") !== null) log.warn({ fault }, "HEARTBEAT_URL could not be called");
  };
  const ping = createHeartbeatPing({ address: config.HEARTBEAT_URL, isWell: tick.isWell, onResult: onPing });
  metrics.onCollect(() => measureDesk({ metrics, watching, stores, alerts, notifications, stream, onFault }));
  return {
    stores,
    views,
    alerts,
    changes,
    heartbeats,
    notifications,
    logs,
    stream,
    publishNow,
    isWell: tick.isWell,
    incidents: core.incidents,
    drills: core.drills,
    intake: createIntake(ground, alerts),
    status: createStatusDesk({ history: watching.history, incidents: stores.incidents, targets: ground.targets, nowMs, monotonicMs }),
    start: () => {
      for (const part of [logs, watching.loop, ticker, notifications, ping]) part.start();
    },
    stop: async () => {
      await core.drills.stop();
      for (const part of [ping, ticker, core.evidence]) part.stop();
      for (const part of [watching.loop, notifications, logs]) await part.stop();
      tick.save();
    },
  };
}

/** What is measured, what becomes of it, and who is told. */
interface Core extends Pick<Desk, "alerts" | "incidents" | "changes" | "heartbeats" | "notifications" | "logs" | "stream"> {
  readonly watching: Watching;
  readonly evidence: ReturnType<typeof createDeskEvidence>;
  readonly drills: Drills;
}

function createCore(ground: Ground): Core {
  const { stores, metrics, log, targets, scale, nowMs, monotonicMs, onFault } = ground;
  const known = new Map(stores.notes.instances().map(({ instance, ...identity }) => [instance, identity]));
  const onEvent: Parameters<typeof createWatching>[0]["onEvent"] = (event) => noteEvent({ changes, metrics, log }, event);
  const watching = createWatching({ targets, known, scale, store: stores.series, nowMs, monotonicMs, onFault, onEvent });
  const { history } = watching;
  const logs = createLogDesk(targets, nowMs);
  const stream = createDeskStream();
  const notifications = createDeskNotifications(ground);
  const evidence = createDeskEvidence({ stores, history, logs, targets, nowMs, onFault });
  const incidents = createDeskIncidents({
    store: stores.incidents,
    impactStartOf: (alert) => firstImpact((alert.isDrill ? drills.history() : null) ?? history, alert),
    incidentChanged: notifications.incidentChanged,
    opened: (incident) => {
      metrics.families.incidentsOpened.child().add();
      if (incident.isDrill) drills.captureEvidence(incident);
      else evidence.opened(incident);
    },
    tell: (news) => stream.publish({ event: "incident", content: news }),
  });
  const changes = createChangeBook({ notes: stores.notes, incidents: stores.incidents, together: incidents.together, scale });
  const alerts = new AlertBook({
    store: stores.alerts,
    incidents,
    alertChanged: (alert, atMs) => void incidents.alertChanged(alert, atMs),
    silences: stores.notes.silences,
  });
  const drills = createDeskDrills(ground, alerts, notifications);
  restoreRules(watching.rules.alerts, watching.runner, alerts.list());
  return { watching, alerts, incidents, changes, logs, stream, notifications, evidence, drills, heartbeats: createHeartbeatBook(stores.notes) };
}

function createDeskDrills(ground: Ground, book: AlertBook, { mailGate, views }: DeskNotifications): Drills {
  const { config, stores, launch = null, scale, random, nowMs, monotonicMs, deskUrl, onFault } = ground;
  const { incidents, reviews } = stores;
  return createDrills({
    isAllowed: config.DRILLS,
    launch,
    incidents,
    reviews,
    book,
    mailGate,
    scale,
    random,
    nowMs,
    monotonicMs,
    deskUrl,
    onFault,
    isTelling: () => views().length > 0,
  });
}

function createViews({ stores, scale, version, nowMs }: Ground, { watching, alerts, notifications, drills }: Core, isWell: () => boolean): DeskViews {
  const { history, runner, rules, targets, intervalMs } = watching;
  const { incidents, notes, reviews, outbox } = stores;
  return createDeskViews({
    version,
    history,
    drillHistory: drills.history,
    runner,
    targets,
    intervalMs,
    scale,
    nowMs,
    incidents,
    notes,
    reviews,
    outbox,
    book: alerts,
    watched: rules.alerts,
    unwatched: rules.unwatched,
    isWell,
    silences: notes.silences,
    mailChannel: notifications.mailChannel,
  });
}

function createIntake({ targets, nowMs, metrics, log }: Ground, book: AlertBook): AlertIntake {
  return createAlertIntake({
    book,
    targets,
    nowMs,
    onMissing: (count, fault) => log.warn({ count, fault }, "alerts that were left out of a message could not be fetched"),
    onFed: (result, count) => metrics.families.fedAlerts.child(result).add(count),
  });
}
