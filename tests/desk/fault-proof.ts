import { expect } from "bun:test";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { holdsThroughout } from "../harness/holds-throughout.ts";
import { waitUntil } from "../harness/wait-until.ts";
import type { FaultChain } from "./fault-chain.ts";

/** Longest waits, in milliseconds: what the rules need at sixty times their speed, and much more, as the machine may be busy. */
const patientMs = 60_000;
/** How long no further mail and incident may come after the recovery, in milliseconds. */
const quietMs = 4_000;

export interface Fault {
  readonly name: string;
  /** Alerts of which the incident has to hold one at least. */
  readonly expected: readonly string[];
  begin(): Promise<void> | void;
  /** Something that has to be true before the fault may end. */
  untilMended?(incident: Incident): Promise<unknown>;
  end(): Promise<void> | void;
}

/** Breaks something and mends it: one incident with the right alerts opens, is mailed once, ends and is mailed as over once, and there is no other. */
export async function proveFault(chain: FaultChain, fault: Fault): Promise<Incident> {
  expect(await chain.incidents()).toEqual([]);
  const startedAtMs = Date.now();
  await fault.begin();
  await waitUntil(`${fault.name}: an incident opens`, patientMs, async () => (await chain.incidents()).length > 0);
  const [{ id }] = (await chain.incidents()) as [Incident];
  const read = async (): Promise<Incident> => (await chain.read(id)).incident;
  await fault.untilMended?.(await read());
  await waitUntil(`${fault.name}: it is mailed`, patientMs, () => chain.reasons(id).length > 0);
  const mailedAtMs = Date.now();
  await fault.end();
  const endedAtMs = Date.now();
  await waitUntil(`${fault.name}: it ends`, patientMs, async () => (await read()).state === "resolved");
  await waitUntil(`${fault.name}: its end is mailed`, patientMs, () => chain.reasons(id).includes("recovery"));
  await holdsThroughout("no other incident, and no other mail", quietMs, async () => (await chain.incidents()).length === 1 && !isTwice(chain.reasons(id)));

  const incident = await read();
  const fired = (await chain.read(id)).alerts.map(({ name }) => name);
  expect(fired.filter((name) => fault.expected.includes(name))).not.toEqual([]);
  // An incident that grew from a ticket to a page is told again, because somebody has to get up for it.
  expect(chain.reasons(id).filter((reason) => reason !== "severity_raised")).toEqual(["first", "recovery"]);
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const times = [seconds(incident.openedAtMs - startedAtMs), seconds(mailedAtMs - startedAtMs), seconds((incident.resolvedAtMs ?? 0) - endedAtMs)];
  console.log(`${fault.name}: detected in ${times[0]}, mailed in ${times[1]}, over ${times[2]} after the fault (${[...new Set(fired)].join(", ")})`);
  return incident;
}

function isTwice(reasons: readonly string[]): boolean {
  return new Set(reasons).size < reasons.length;
}
