import type { ServiceChange } from "../storage/desk/desk-notes-store.ts";
import type { Log } from "../telemetry/log.ts";
import type { ChangeBook } from "./change-book.ts";
import type { DeskMetrics } from "./desk-metrics.ts";
import { linkServiceJob } from "./watch-targets.ts";
import type { WatchEvent } from "./watch/watch-events.ts";

/** A deploy or restart that was seen, as it is kept. */
export function changeOfEvent({ kind, atMs, instance, from, to }: WatchEvent): ServiceChange {
  const isDeploy = kind === "deploy";
  const text = isDeploy ? `${instance} runs ${to}, before ${from}` : `${instance} was restarted; it had run since ${from}`;
  return { kind, atMs, service: linkServiceJob, instance, version: isDeploy ? to : null, text };
}

/** Keeps, counts and logs what changed at a target. Throws what the store throws. */
export function noteEvent(parts: { changes: Pick<ChangeBook, "add">; metrics: DeskMetrics; log: Pick<Log, "info"> }, event: WatchEvent): void {
  const { kind, instance, from, to } = event;
  parts.metrics.families[kind === "deploy" ? "deploysSeen" : "restartsSeen"].child().add();
  parts.log.info({ kind, instance, from, to }, "a change was seen");
  parts.changes.add(changeOfEvent(event));
}
