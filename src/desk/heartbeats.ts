import type { DeskNotesStore, Heartbeat } from "../storage/desk/desk-notes-store.ts";

/** Times between beats that are remembered, and how many it takes to expect the next. */
const gapsKept = 8;
const gapsLeast = 3;
/** A beat is missing after this many of its intervals, and some time for its way, in milliseconds. */
const intervalsMost = 2;
const wayMs = 5_000;
/** A job that is silent this long is no longer expected: it was taken out of service. In milliseconds. */
const forgottenAfterMs = 604_800_000;
/** Most jobs; a new one beyond them is refused. */
const jobsMost = 500;

export interface Beat {
  readonly job: string;
  /** What the job says of its interval, in milliseconds; null when it does not. */
  readonly everyMs: number | null;
}

/** Jobs that report that they live. */
export interface HeartbeatBook {
  /** Takes a beat; null when there are too many jobs. */
  beat(beat: Beat, nowMs: number): Heartbeat | null;
  /** Jobs whose beat is missing, and since when. `wasMissing` knows those that were. */
  missing(watch: { readonly nowMs: number; readonly resumedAtMs: number; wasMissing(job: string): boolean }): { job: string; sinceMs: number }[];
  list(): Heartbeat[];
}

/** Keeps the jobs in memory and in the store. */
export function createHeartbeatBook(store: Pick<DeskNotesStore, "heartbeats" | "putHeartbeat" | "removeHeartbeat">): HeartbeatBook {
  const jobs = new Map(store.heartbeats().map((heartbeat) => [heartbeat.job, heartbeat]));
  return {
    list: () => [...jobs.values()],
    beat: (beat, nowMs) => {
      const known = jobs.get(beat.job);
      if (known === undefined && jobs.size >= jobsMost) return null;
      const heartbeat = nextHeartbeat(known, beat, nowMs);
      store.putHeartbeat(heartbeat);
      jobs.set(beat.job, heartbeat);
      return heartbeat;
    },
    missing: ({ nowMs, resumedAtMs, wasMissing }) =>
      [...jobs.values()].flatMap((heartbeat) => {
        const { job, lastAtMs } = heartbeat;
        if (nowMs - lastAtMs > forgottenAfterMs) {
          store.removeHeartbeat(job);
          jobs.delete(job);
          return [];
        }
        const patienceMs = patienceOf(heartbeat);
        if (patienceMs === null || nowMs - lastAtMs < patienceMs) return [];
        // While the desk was away no beat could arrive.
        if (nowMs - resumedAtMs < patienceMs && !wasMissing(job)) return [];
        return [{ job, sinceMs: lastAtMs + patienceMs }];
      }),
  };
}

/** What is known of a job after a beat. */
export function nextHeartbeat(known: Heartbeat | undefined, { job, everyMs }: Beat, nowMs: number): Heartbeat {
  const gapMs = known ? nowMs - known.lastAtMs : 0;
  const gapsMs = known && gapMs > 0 ? [...known.gapsMs, gapMs].slice(-gapsKept) : (known?.gapsMs ?? []);
  return { job, everyMs: everyMs ?? known?.everyMs ?? null, gapsMs, lastAtMs: nowMs };
}

/** How long after a beat the next one is missing, in milliseconds; null while too few came to tell. */
export function patienceOf({ everyMs, gapsMs }: Pick<Heartbeat, "everyMs" | "gapsMs">): number | null {
  if (everyMs !== null) return intervalsMost * everyMs + wayMs;
  if (gapsMs.length < gapsLeast) return null;
  const usualMs = gapsMs.toSorted((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? 0;
  return intervalsMost * usualMs + wayMs;
}
