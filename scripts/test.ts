import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureSystem, type SystemPackage } from "./system.ts";

/** Test files that run together in one process. */
interface Suite {
  name: string;
  files: string[];
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const root = join(import.meta.dir, "..");

/** Longest that a suite may run, in milliseconds; all of them together stay under a quarter of an hour. */
const suiteTimeoutMs: Record<string, number> = {
  ops: 420_000,
  reliability: 420_000,
  desk: 420_000,
  signals: 420_000,
  faults: 420_000,
  scenarios: 400_000,
  browser: 420_000,
};
const suiteTimeoutDefaultMs = 180_000;
/** Longest that one test may run unless it says otherwise, in milliseconds; generous, for slow shared machines. */
const testTimeoutMs = 20_000;

/** Packages of the system that a suite needs; without them the suite counts as skipped. */
const suiteNeeds: Record<string, SystemPackage[]> = {
  ops: ["prometheus", "prometheus-alertmanager", "nginx"],
  signals: ["prometheus", "prometheus-alertmanager"],
  scenarios: ["prometheus"],
  desk: ["prometheus"],
  browser: ["chromium"],
};
/**
 * Suites that run beside the others, those of one lane one after the other: what is busy within promtool and the browser, and what mostly
 * waits for alerts, of real monitoring and of the desk. What measures latencies has the machine to itself by the time it runs.
 */
const lanesBeside: readonly Readonly<Record<string, RegExp>>[] = [
  { scenarios: /^tests\/ops\/scenarios/, browser: /^tests\/browser\// },
  { signals: /^tests\/ops\/signal-to-mail/, faults: /^tests\/desk\/(faults-|drill-end-to-end)/ },
];
const besideOf = (path: string): string | undefined => lanesBeside.flatMap(Object.entries).find(([, pattern]) => pattern.test(path))?.[0];
const isBeside = (name: string): boolean => lanesBeside.some((lane) => name in lane);

/** A folder of tests/ is a suite; tests beside their source are the suite `unit`; what runs beside the others is a suite of its own. */
function suiteOf(path: string): string {
  const beside = besideOf(path);
  if (beside !== undefined) return beside;
  const [top, folder] = path.split("/");
  return top === "tests" && folder !== undefined && !folder.endsWith(".ts") ? folder : "unit";
}

/** Suites in running order, quick ones first; with a filter, only files whose path contains it. */
function findSuites(filter: string): Suite[] {
  const suites = new Map<string, string[]>();
  const paths = [...new Bun.Glob("{src,scripts,bench,tests}/**/*.test.{ts,tsx}").scanSync(root)].filter((path) => path.includes(filter)).toSorted();
  for (const path of paths) suites.set(suiteOf(path), [...(suites.get(suiteOf(path)) ?? []), `./${path}`]);
  const order = ["unit", "ops", "api"];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...suites].map(([name, files]) => ({ name, files })).toSorted((a, b) => rank(a.name) - rank(b.name));
}

/** Counts of the report that bun wrote, or null when it did not get that far. */
function readReport(path: string): Counts | null {
  const head = existsSync(path) ? /<testsuites [^>]*>/.exec(readFileSync(path, "utf8"))?.[0] : undefined;
  if (head === undefined) return null;
  const count = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped"), failed, skipped: count("skipped") };
}

/** Process groups of the running suites, so that an end takes along what they started. */
const runningGroups = new Set<number>();

function killGroup(group: number): void {
  runningGroups.delete(group);
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Already gone.
  }
}

/** Runs one suite; a crash, a time-out and an empty run count as one failure each. What runs beside others speaks at its end. */
async function runSuite(suite: Suite, reportPath: string): Promise<Counts> {
  const timeoutMs = suiteTimeoutMs[suite.name] ?? suiteTimeoutDefaultMs;
  const command = [process.execPath, "test", `--timeout=${testTimeoutMs}`, "--reporter=junit", `--reporter-outfile=${reportPath}`, ...suite.files];
  const [output, results] = isBeside(suite.name) ? [Bun.file(`${reportPath}.output`), Bun.file(`${reportPath}.results`)] : (["inherit", "inherit"] as const);
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: output, stderr: results, detached: true });
  runningGroups.add(child.pid);
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    killGroup(child.pid);
  }, timeoutMs);
  const exitCode = await child.exited;
  clearTimeout(timer);
  killGroup(child.pid);
  if (output !== "inherit") console.log(`\n=== ${suite.name}\n${await output.text()}\n${await results.text()}`);
  if (isTimedOut) console.log(`\n!!! ${suite.name} was stopped after ${timeoutMs / 1000} s`);
  const counts = readReport(reportPath) ?? { passed: 0, failed: 0, skipped: 0 };
  if (counts.failed === 0 && (exitCode !== 0 || !existsSync(reportPath))) {
    console.log(`\n!!! ${suite.name} ended with exit status ${exitCode} and without a failed test: counted as one failure`);
    return { ...counts, failed: 1 };
  }
  return counts;
}

async function runUnlessMissing(suite: Suite, folder: string): Promise<Counts> {
  const { missing } = await ensureSystem(suiteNeeds[suite.name] ?? []);
  if (missing.length === 0) return runSuite(suite, join(folder, `${suite.name}.xml`));
  console.log(`!!! ${suite.name} is SKIPPED: this system lacks ${missing.join(", ")}`);
  return { passed: 0, failed: 0, skipped: suite.files.length };
}

const sentence = ({ passed, failed, skipped }: Counts): string => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

async function runAll(filter: string): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "srenity-test-"));
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  const run = async (suite: Suite): Promise<void> => {
    console.log(`\n=== ${suite.name}: ${suite.files.length} file(s)`);
    const startedMs = performance.now();
    const counts = await runUnlessMissing(suite, folder);
    lines.push(`${suite.name.padEnd(14)} ${sentence(counts)} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
    for (const name of ["passed", "failed", "skipped"] as const) total[name] += counts[name];
  };
  try {
    const suites = findSuites(filter);
    const inTurn = async (isWanted: (name: string) => boolean): Promise<void> => {
      for (const suite of suites) if (isWanted(suite.name)) await run(suite);
    };
    await Promise.all([inTurn((name) => !isBeside(name)), ...lanesBeside.map((lane) => inTurn((name) => name in lane))]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${lines.join("\n")}\n`);
  return total;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const group of runningGroups) killGroup(group);
    process.exit(130);
  });
}

const filter = process.argv[2] ?? "";
const total = await runAll(filter);
if (total.passed + total.failed + total.skipped === 0) {
  console.log(`No test file matches ${JSON.stringify(filter)}.`);
  total.failed = 1;
}
console.log(sentence(total));
process.exit(total.failed > 0 ? 1 : 0);
