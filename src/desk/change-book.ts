import type { DeskNotesStore, ServiceChange } from "../storage/desk/desk-notes-store.ts";
import type { Incident, IncidentStore } from "../storage/desk/incident-store.ts";
import type { TimeScale } from "../alerting/time-scale.ts";
import { crashLoopSince, loopWithinS } from "./alerts/crash-loop.ts";
import type { Identity } from "./watch/watch-events.ts";

/** Incidents that burn, to whose story a change belongs. */
const burningMost = 100;
/** How far back restarts are read for a loop, in milliseconds. */
const restartsSpanMs = 86_400_000;

export interface ChangeBookParts {
  readonly notes: DeskNotesStore;
  readonly incidents: Pick<IncidentStore, "list" | "append">;
  together<T>(work: () => T): T;
  readonly scale: TimeScale;
}

export interface ChangeBook {
  /** Keeps a deploy or restart, and tells it to the incidents of its service that burn. */
  add(change: ServiceChange): Incident[];
  /** Instances that start again and again, and since when. */
  loops(nowMs: number): { instance: string; sinceMs: number }[];
  /** Keeps what instances are, so that what changes while the desk is away is seen. */
  keepIdentities(states: readonly (Identity & { readonly instance: string })[]): void;
}

/** What changed at the services. */
export function createChangeBook({ notes, incidents, together, scale }: ChangeBookParts): ChangeBook {
  const known = new Map(notes.instances().map((instance) => [instance.instance, instance]));
  const withinMs = scale.spanS(loopWithinS) * 1_000;
  let restarts: ServiceChange[] | null = null;
  return {
    add: (change) =>
      together(() => {
        notes.addChange(change);
        restarts = null;
        const burning = incidents
          .list({ states: ["open", "acknowledged", "mitigated"], limit: burningMost })
          .filter(({ service }) => service === change.service);
        const { kind, atMs, text, version, instance } = change;
        for (const { id } of burning) incidents.append(id, { atMs, kind, author: null, text, details: { version, instance } });
        return burning;
      }),
    loops: (nowMs) => {
      restarts ??= notes.changes({ fromMs: nowMs - restartsSpanMs, toMs: nowMs }).filter(({ kind, instance }) => kind === "restart" && instance !== null);
      return [...Map.groupBy(restarts, ({ instance }) => instance ?? "")].flatMap(([instance, own]) => {
        const sinceMs = crashLoopSince(
          own.map(({ atMs }) => atMs),
          withinMs,
          nowMs,
        );
        return sinceMs === null ? [] : [{ instance, sinceMs }];
      });
    },
    keepIdentities: (states) => {
      for (const { instance, version, startedAtMs } of states) {
        const before = known.get(instance);
        if (before?.version === version && before.startedAtMs === startedAtMs) continue;
        if (version === null && startedAtMs === null) continue;
        const now = { instance, version, startedAtMs: startedAtMs === null ? null : Math.round(startedAtMs) };
        notes.putInstance(now);
        known.set(instance, { ...now, startedAtMs });
      }
    },
  };
}
