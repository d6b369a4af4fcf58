/** Another program of ours that runs beside this one. */
export interface LaunchedProgram {
  readonly pid: number;
  /** Its end, however it came. */
  readonly exited: Promise<unknown>;
  /** Sends a message over the channel between the two; what cannot be sent any more is lost. */
  send(message: object): void;
  kill(signal: NodeJS.Signals): void;
}

export interface LaunchOptions {
  /** Settings; it knows no others of ours. */
  readonly settings: Readonly<Record<string, string>>;
  /** Secret by which it knows the orders of its drill; null for a program that takes none. */
  readonly drillToken: string | null;
  /** File that its log is written to; null lets go of it. */
  readonly logFile: string | null;
  onMessage(message: unknown): void;
}

/** Starts this program once more, with a command of its own. */
export type Launch = (args: readonly string[], options: LaunchOptions) => LaunchedProgram;
