import { OperatorError } from "../../errors.ts";
import type { CertificateSeen } from "../../network/read-certificate.ts";
import type { Probe, ProbeCheck } from "./probe-target.ts";
import type { Scrape } from "./scrape-target.ts";
import { type Deploy, detectChange, type Identity, joinDeploy, updateIdentity, type WatchEvent } from "./watch-events.ts";
import { instanceOf, type WatchTarget } from "./watch-target.ts";

/** Most targets of one desk. */
const targetsMost = 500;
/** Most events of one instance within an hour: an address that leads to several processes would tell of a restart at every scrape. */
const eventsMost = 20;
const eventsWithinMs = 3_600_000;

/** What is known of one target. Times are in milliseconds since 1970; null means not yet. */
export interface TargetState extends Identity {
  readonly target: WatchTarget;
  readonly instance: string;
  readonly isUp: boolean | null;
  /** Why it is not up, in words. */
  readonly fault: string | null;
  readonly scrapedAtMs: number | null;
  readonly scrapeDurationMs: number | null;
  readonly sampleCount: number;
  readonly checks: readonly ProbeCheck[];
  readonly certificate: CertificateSeen | null;
  readonly probedAtMs: number | null;
}

export interface TargetList {
  readonly targets: readonly WatchTarget[];
  /** In the order of the settings. */
  states(): readonly TargetState[];
  /** Takes what a scrape found; the deploy or restart that it shows. */
  recordScrape(target: WatchTarget, scrape: Scrape, atMs: number): WatchEvent | null;
  recordProbe(target: WatchTarget, probe: Probe, atMs: number): void;
}

/**
 * Keeps the state of every target.
 *
 * @param known what instances were before the desk was restarted, so that what changed meanwhile is seen
 * @throws OperatorError when there are too many, or two of them are the same instance
 */
export function createTargetList(targets: readonly WatchTarget[], known: ReadonlyMap<string, Identity> = new Map()): TargetList {
  refuseFaults(targets);
  const states = new Map(targets.map((target) => [target, initialState(target, known)]));
  const eventTimesMs = new Map<string, readonly number[]>();
  let deploys: readonly Deploy[] = [];

  const isFlood = ({ instance, atMs }: WatchEvent): boolean => {
    const recent = (eventTimesMs.get(instance) ?? []).filter((timeMs) => atMs - timeMs < eventsWithinMs);
    if (recent.length >= eventsMost) return true;
    eventTimesMs.set(instance, [...recent, atMs]);
    return false;
  };

  return {
    targets,
    states: () => [...states.values()],
    recordScrape: (target, scrape, atMs) => {
      const before = states.get(target);
      if (before === undefined) return null;
      const identity = updateIdentity(before, scrape);
      states.set(target, { ...before, ...identity, ...scrapeFacts(scrape), scrapedAtMs: atMs });
      const event = detectChange(before, identity, { instance: before.instance, atMs });
      if (event === null || isFlood(event)) return null;
      if (event.kind === "restart") return event;
      const joined = joinDeploy(deploys, event);
      deploys = joined.recent;
      return joined.isNew ? event : null;
    },
    recordProbe: (target, { checks, certificate }, atMs) => {
      const before = states.get(target);
      if (before) states.set(target, { ...before, checks, certificate, probedAtMs: atMs });
    },
  };
}

function refuseFaults(targets: readonly WatchTarget[]): void {
  if (targets.length > targetsMost) throw new OperatorError(`${targets.length} targets are more than the ${targetsMost} that one desk watches.`);
  const instances = targets.map(instanceOf);
  const twice = instances.find((instance, index) => instances.indexOf(instance) !== index);
  if (twice !== undefined) throw new OperatorError(`The target ${twice} is there twice.`);
}

function initialState(target: WatchTarget, known: ReadonlyMap<string, Identity>): TargetState {
  const instance = instanceOf(target);
  const { version, startedAtMs } = known.get(instance) ?? { version: null, startedAtMs: null };
  const nothing = { isUp: null, fault: null, scrapedAtMs: null, scrapeDurationMs: null, sampleCount: 0, checks: [], certificate: null, probedAtMs: null };
  return { target, instance, version, startedAtMs, ...nothing };
}

function scrapeFacts({ isUp, fault, durationMs, sampleCount }: Scrape): Pick<TargetState, "isUp" | "fault" | "scrapeDurationMs" | "sampleCount"> {
  return { isUp, fault, scrapeDurationMs: durationMs, sampleCount };
}
