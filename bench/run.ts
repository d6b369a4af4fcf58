// npm run bench -- [redirect] [steps] [create] [memory] [scale] [clicks] [--quick] [--rounds=N] [--seconds=N] [--seed=N] [--most-events=N]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureSystem } from "../scripts/system.ts";
import { cleanUp } from "./cleanup.ts";
import { describeMachine, describeVersions } from "./machine.ts";
import type { Effort, Scenario } from "./scenario.ts";
import { clicksScenario } from "./scenarios/clicks.ts";
import { createScenario } from "./scenarios/create.ts";
import { memoryScenario } from "./scenarios/memory.ts";
import { redirectScenario } from "./scenarios/redirect.ts";
import { scaleScenario } from "./scenarios/scale.ts";
import { stepsScenario } from "./scenarios/steps.ts";

const scenarios: Record<string, Scenario> = {
  redirect: redirectScenario,
  steps: stepsScenario,
  create: createScenario,
  memory: memoryScenario,
  scale: scaleScenario,
  clicks: clicksScenario,
};
/** What runs when nothing is named; `scale` and `clicks` take minutes and have to be asked for. */
const usual = ["redirect", "steps", "create", "memory"];

/** Longest that a whole run may take, in milliseconds. */
const runTimeoutMs = 3_600_000;

function readNumber(words: string[], name: string, fallback: number): number {
  const text = words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1];
  if (text === undefined) return fallback;
  if (!/^\d{1,8}$/.test(text) || text === "0") throw new Error(`--${name} must be a whole number from 1`);
  return Number(text);
}

function readArguments(words: string[]): { names: string[]; effort: Effort } {
  const isQuick = words.includes("--quick");
  const effort = {
    rounds: readNumber(words, "rounds", isQuick ? 2 : 5),
    seconds: readNumber(words, "seconds", isQuick ? 2 : 4),
    seed: readNumber(words, "seed", 1),
    mostEvents: readNumber(words, "most-events", 10_000_000),
  };
  const named = words.filter((word) => !word.startsWith("--"));
  const unknown = named.find((name) => !(name in scenarios));
  if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}; there are ${Object.keys(scenarios).join(", ")}`);
  return { names: named.length > 0 ? named : usual, effort };
}

function writeResult(name: string, effort: Effort, numbers: unknown): string {
  const date = new Date().toISOString();
  const folder = join(import.meta.dir, "results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${date.slice(0, 10)}-${name}.json`);
  writeFileSync(path, `${JSON.stringify({ scenario: name, date, ...effort, machine: describeMachine(), versions: describeVersions(), numbers }, null, 2)}\n`);
  return `bench/results/${date.slice(0, 10)}-${name}.json`;
}

async function runAll(words: string[]): Promise<void> {
  const { names, effort } = readArguments(words);
  const { missing } = await ensureSystem(["nginx", "wrk"]);
  if (missing.length > 0) throw new Error(`The benchmark needs ${missing.join(" and ")}`);
  const { cpu, cores, kernel } = describeMachine();
  console.log(`${cpu}, ${cores} cores, Linux ${kernel}; ${effort.rounds} rounds of ${effort.seconds} s, seed ${effort.seed}`);
  for (const name of names) {
    console.log(`\n=== ${name}`);
    const report = await scenarios[name]?.(effort);
    if (report === undefined) continue;
    console.log(`${report.lines.join("\n")}\n→ ${writeResult(name, effort, report.numbers)}`);
    cleanUp();
  }
}

function endNow(sentence: string): void {
  console.error(`\n${sentence}`);
  cleanUp();
  process.exit(1);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => endNow("interrupted"));
setTimeout(() => endNow(`stopped after ${runTimeoutMs / 60_000} minutes`), runTimeoutMs).unref();

try {
  await runAll(process.argv.slice(2));
} catch (error) {
  endNow(error instanceof Error ? error.message : String(error));
}
cleanUp();
