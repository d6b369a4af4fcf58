/** Who noticed an alert: a rule, something that is no expression (a heartbeat), or another program that told us. */
export const alertSources = ["rule", "native", "fed"] as const;
export type AlertSource = (typeof alertSources)[number];

/** One alert that is pending or fires, or a fed one that ended, kept so that late news of it is recognised. Times are in milliseconds since 1970. */
export interface StoredAlert {
  /** Unique; equal for the same alert with the same labels. */
  readonly fingerprint: string;
  readonly source: AlertSource;
  /** Name and severity of its rule, such as `StoreErrors/ticket`. */
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing" | "ended";
  /** Since when its condition holds. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | null;
  /** Since when its condition no longer holds; null while it does. */
  readonly endedAtMs: number | null;
  /** The start under which an incident knows it; null while none does. */
  readonly toldStartMs: number | null;
  /** When it was last heard of. */
  readonly heardAtMs: number;
}

/** One step of an alert. */
export interface AlertEvent {
  readonly atMs: number;
  readonly name: string;
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing" | "resolved" | "dropped";
}

/** Where alerts outlive the desk, so that a restart neither forgets since when a condition holds nor tells twice. */
export interface AlertStore {
  list(): StoredAlert[];
  put(alert: StoredAlert): void;
  remove(fingerprint: string): void;
  addEvent(event: AlertEvent): void;
  /** Newest first. */
  events(limit: number): AlertEvent[];
  /** When an alert of each rule last began to fire. */
  lastFired(): ReadonlyMap<string, number>;
  /** Keeps the newest events; returns how many left. */
  forgetEvents(keptMost: number): number;
}
