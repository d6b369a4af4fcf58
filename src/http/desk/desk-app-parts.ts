import type { Config } from "../../config.ts";
import type { Desk } from "../../desk/desk.ts";
import type { DeskMetrics } from "../../desk/desk-metrics.ts";
import type { Log } from "../../telemetry/log.ts";

/** A file as browsers are given it, and the same compressed. */
export interface ServedFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The desk's pages: one document for all of them, and the files that it names, by path. */
export interface ServedPages {
  readonly html: ServedFile;
  readonly files: ReadonlyMap<string, ServedFile>;
}

/** What the desk's HTTP API is made of; it opens nothing itself. */
export interface DeskAppParts {
  readonly config: Config;
  readonly desk: Desk;
  readonly metrics: DeskMetrics;
  readonly log: Pick<Log, "error" | "access">;
  readonly version: string;
  /** Null while there are none. */
  pages(): Promise<ServedPages | null>;
  /** Checks that the desk can store, by name; what is wrong, or null. */
  checkStore(): string | null;
  /** The failure that an error of the store stands for; other errors as they are. */
  failureOf(error: unknown): unknown;
  /** Public address of the desk. */
  deskUrl(): string;
  isStopping(): boolean;
  nowMs(): number;
  monotonicMs(): number;
}
