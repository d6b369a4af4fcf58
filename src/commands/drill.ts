import { type Config, isLoopback } from "../config.ts";
import { createDrillClient, type DrillClient, type DrillsAnswer } from "../desk/drill/drill-client.ts";
import { scenarios } from "../desk/drill/scenarios.ts";
import type { DrillView } from "../desk/views.ts";
import { OperatorError } from "../errors.ts";
import { holdStore } from "../storage/sqlite/hold-store.ts";
import { answerHelp, exitUsage, readArguments } from "./arguments.ts";
import { startDeskApart } from "./drill-apart.ts";
import { addressOf } from "./listen.ts";

export const drillHelp = `srenity drill: break something on purpose, and see how soon it is noticed, mailed and over

  srenity drill SCENARIO [--apart]
  srenity drill --list

A drill starts a link service of its own with gentle traffic, breaks that, and mends it: nothing that serves users is touched. The desk
that runs at HOST:DESK_PORT watches it, opens an incident that is marked as a drill, and mails [DRILL]; it needs DRILLS=on. Where no
desk runs, or with --apart, a desk of the drill's own does it, whose rules see an hour in a minute. Ctrl-C ends only the report; the
desk finishes its drill. The exit status is 0 for a drill that passed, 1 for one that did not, and 69 for one that could not be run.
`;

/** Exit status for a drill that could not be run (EX_UNAVAILABLE of sysexits.h). */
const exitUnavailable = 69;
/** How often the desk is asked how the drill goes, in milliseconds. */
const askEveryMs = 500;
/** A desk that says nothing for this long is gone, in milliseconds. */
const silentMostMs = 60_000;
/** Longest that is waited for the end of a drill, in milliseconds: at the real speed of the rules one can take over an hour. */
const drillMostMs = 7_200_000;

/** Runs a drill and prints its score; returns the exit status. */
export async function runDrillCommand(args: string[], config: Config): Promise<number> {
  const options = { list: { type: "boolean" }, apart: { type: "boolean" }, "hold-store": { type: "string" } } as const;
  const isAlone = args.some((word) => word === "--list" || word.startsWith("--hold-store"));
  const read = readArguments(args, options, { least: isAlone ? 0 : 1, most: isAlone ? 0 : 1 });
  const answered = answerHelp(read, drillHelp);
  if (answered !== null || typeof read === "string") return answered ?? exitUsage;
  const { values, words } = read;
  if (typeof values["hold-store"] === "string") return hold(values["hold-store"]);
  if (values["list"] === true) {
    for (const { name, what } of scenarios) console.log(`${name.padEnd(15)}${what}`);
    return 0;
  }
  const [scenario = ""] = words;
  if (!scenarios.some(({ name }) => name === scenario))
    throw new OperatorError(`There is no drill ${JSON.stringify(scenario)}; \`srenity drill --list\` names those that there are.`);
  return values["apart"] === true ? runApart(scenario, config) : runThere(scenario, config);
}

/** Holds the lock of a store until the drill that wants it held ends. */
async function hold(folder: string): Promise<number> {
  holdStore(folder);
  const { promise, resolve } = Promise.withResolvers<number>();
  process.once("disconnect", () => resolve(0));
  process.send?.({ isHeld: true });
  return promise;
}

/** By the desk that runs, or by one of its own where none does. */
async function runThere(scenario: string, config: Config): Promise<number> {
  const address = deskAddress(config);
  const client = createDrillClient(address, config.AUTH_KEYS[0] ?? null);
  const answer = await asked(address, client.read());
  if (answer === null) return runApart(scenario, config);
  if (!answer.isAllowed) throw new OperatorError(`The desk at ${address} runs no drills: ${answer.reason ?? ""}. Add --apart for a desk of the drill's own.`);
  console.error(`The desk at ${address} runs the drill; see ${address}/drills.`);
  return follow(client, await asked(address, client.start(scenario)));
}

async function runApart(scenario: string, config: Config): Promise<number> {
  console.error("A desk of the drill's own starts, with a link service for it to watch.");
  await using desk = await startDeskApart(scenario, config);
  console.error(`It is at ${desk.address} until the drill ends; mails go to ${desk.mailsTo}.`);
  const client = createDrillClient(desk.address, null);
  return await follow(client, await asked(desk.address, client.start(scenario)));
}

/** What a desk answers; what it refuses is told to the person who asked. */
async function asked<T>(address: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new OperatorError(`The desk at ${address} refused: ${(error as Error).message}`);
  }
}

function deskAddress({ HOST, DESK_PORT }: Config): string {
  const host = HOST === "0.0.0.0" || HOST === "::" || isLoopback(HOST) ? "127.0.0.1" : HOST;
  return addressOf(host, DESK_PORT);
}

/** Tells how the drill goes until it is over; the exit status. */
async function follow(client: DrillClient, started: DrillView): Promise<number> {
  let told = "";
  const startedMs = performance.now();
  let heardMs = startedMs;
  while (performance.now() - startedMs < drillMostMs && performance.now() - heardMs < silentMostMs) {
    const answer: DrillsAnswer | null = await client.read().catch(() => null);
    if (answer !== null) heardMs = performance.now();
    const drill = answer?.drills.find(({ id }) => id === started.id);
    if (drill && drill.endedAtMs !== null) return report(drill);
    const step = drill ? drill.note : "the desk does not answer";
    if (step !== told || process.stderr.isTTY) tell(`${passed(started)}  ${step}`, step !== told);
    told = step;
    await Bun.sleep(askEveryMs);
  }
  throw new OperatorError("The desk no longer answers, or the drill does not end; the desk's page of drills says how it went.");
}

/** One line for each step, which on a terminal also shows that time goes on. */
function tell(line: string, isNew: boolean): void {
  process.stderr.write(process.stderr.isTTY ? `${isNew ? "\n" : "\r"}${line}` : `${line}\n`);
}

function passed({ startedAtMs }: DrillView): string {
  const seconds = Math.max(0, Math.round((Date.now() - startedAtMs) / 1_000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

function report(drill: DrillView): number {
  const { passed: isPassed } = drill;
  if (process.stderr.isTTY) process.stderr.write("\n");
  const figures = isPassed === null ? [] : figuresOf(drill);
  console.log(
    [
      `${drill.scenario}: ${isPassed === null ? "NO SCORE" : isPassed ? "passed" : "FAILED"}`,
      ...figures,
      ...(drill.note === "" ? [] : [`  ${drill.note}`]),
    ].join("\n"),
  );
  return isPassed === null ? exitUnavailable : isPassed ? 0 : 1;
}

function figuresOf({ scenario, detectedMs, mailedMs, recoveredMs, falsePages }: DrillView): string[] {
  const after = (ms: number | null): string => (ms === null ? "never" : `${(ms / 1_000).toFixed(1)} s`);
  const isSilent = scenarios.some(({ name, expected }) => name === scenario && expected.length === 0);
  const times = [`  detected in   ${after(detectedMs)}`, `  mailed in     ${after(mailedMs)}`, `  recovered in  ${after(recoveredMs)}`];
  return [...(isSilent ? [] : times), `  false pages   ${falsePages}`];
}
