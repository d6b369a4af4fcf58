import { cleanText } from "./clean-text.ts";

/** Something that changed at a target, seen from what it exposes. */
export interface WatchEvent {
  readonly kind: "deploy" | "restart";
  /** When it was seen, in milliseconds since 1970. */
  readonly atMs: number;
  /** The instance, at a deploy of several the first one. */
  readonly instance: string;
  /** Versions at a deploy, starts of the process at a restart (ISO 8601). */
  readonly from: string;
  readonly to: string;
}

/** Which program runs at an instance; null where it does not say. */
export interface Identity {
  readonly version: string | null;
  /** Start of the process, in milliseconds since 1970. */
  readonly startedAtMs: number | null;
}

/** A deploy that others may still join. */
export interface Deploy {
  readonly to: string;
  readonly instances: readonly string[];
  /** When the last instance joined, in milliseconds since 1970. */
  readonly lastAtMs: number;
}

/** Instances that change to the same version within this time of each other are one deploy, in milliseconds. */
const deployJoinMs = 600_000;
/** Starts this close are one start: some programs work it out anew each time. In milliseconds. */
const startToleranceMs = 2_000;
/** Most characters of a version. */
const versionLengthMost = 64;

/** What an instance is now known to be: what it does not say stays as it was. */
export function updateIdentity(known: Identity, seen: Identity): Identity {
  const version = seen.version === null ? known.version : cleanText(seen.version, versionLengthMost);
  return { version, startedAtMs: validTime(seen.startedAtMs) ?? known.startedAtMs };
}

/** What changed between two identities of an instance; another version is a deploy, whatever its start says. */
export function detectChange(before: Identity, after: Identity, seen: { instance: string; atMs: number }): WatchEvent | null {
  if (before.version !== null && after.version !== null && before.version !== after.version)
    return { kind: "deploy", ...seen, from: before.version, to: after.version };
  if (before.startedAtMs === null || after.startedAtMs === null) return null;
  if (Math.abs(after.startedAtMs - before.startedAtMs) <= startToleranceMs) return null;
  return { kind: "restart", ...seen, from: new Date(before.startedAtMs).toISOString(), to: new Date(after.startedAtMs).toISOString() };
}

/** Adds a deploy to those of late; `isNew` unless it joins one. An instance that changes to the same version again begins another. */
export function joinDeploy(recent: readonly Deploy[], { to, instance, atMs }: WatchEvent): { recent: readonly Deploy[]; isNew: boolean } {
  const current = recent.filter(({ lastAtMs }) => atMs - lastAtMs <= deployJoinMs);
  const others = current.filter((deploy) => deploy.to !== to);
  const joined = current.find((deploy) => deploy.to === to && !deploy.instances.includes(instance));
  const instances = joined ? [...joined.instances, instance] : [instance];
  return { recent: [...others, { to, instances, lastAtMs: atMs }], isNew: joined === undefined };
}

/** A time that a date can hold. */
function validTime(timeMs: number | null): number | null {
  return timeMs !== null && Math.abs(timeMs) <= 8.64e15 ? timeMs : null;
}
