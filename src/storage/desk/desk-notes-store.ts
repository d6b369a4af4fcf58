/** Alerts whose labels have these values open nothing while it lasts. Times are in milliseconds since 1970. */
export interface Silence {
  readonly id: number;
  readonly matchers: Readonly<Record<string, string>>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly author: string;
  readonly comment: string;
}

/** A time in which work on a service is expected to hurt. */
export interface MaintenanceWindow {
  readonly id: number;
  /** Null means every service. */
  readonly service: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly comment: string;
  readonly author: string;
}

/** Something that changed at a service: told by a deploy tool, or seen at an instance. */
export interface ServiceChange {
  readonly kind: "deploy" | "restart";
  readonly atMs: number;
  readonly service: string;
  /** Null where somebody told it. */
  readonly instance: string | null;
  readonly version: string | null;
  readonly text: string;
}

/** What an instance is known to run. */
export interface KnownInstance {
  readonly instance: string;
  readonly version: string | null;
  readonly startedAtMs: number | null;
}

/** A job that reports that it lives. */
export interface Heartbeat {
  readonly job: string;
  /** Time between two beats as the job says it, in milliseconds; null where it is learnt. */
  readonly everyMs: number | null;
  /** Times between the last beats, the oldest first, in milliseconds. */
  readonly gapsMs: readonly number[];
  readonly lastAtMs: number;
}

/** What people and programs tell the desk beside alerts. Every change is one statement, durable when it returns. */
export interface DeskNotesStore {
  /** Those that have not ended at `nowMs`. */
  silences(nowMs: number): Silence[];
  addSilence(silence: Omit<Silence, "id">): Silence;
  /** Ends a silence now; false when there is none that lasts. */
  endSilence(id: number, nowMs: number): boolean;
  /** Those that end after `sinceMs`, by their start. */
  maintenance(sinceMs: number): MaintenanceWindow[];
  addMaintenance(window: Omit<MaintenanceWindow, "id">): MaintenanceWindow;
  removeMaintenance(id: number): boolean;
  addChange(change: ServiceChange): void;
  /** Changes of a span, the oldest first; of too many the newest. */
  changes(span: { readonly fromMs: number; readonly toMs: number }): ServiceChange[];
  instances(): KnownInstance[];
  putInstance(instance: KnownInstance): void;
  heartbeats(): Heartbeat[];
  putHeartbeat(heartbeat: Heartbeat): void;
  removeHeartbeat(job: string): void;
}
