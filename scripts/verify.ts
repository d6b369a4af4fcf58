import { join } from "node:path";

const root = join(import.meta.dir, "..");

/** Longest that one check may run, in milliseconds. */
const checkTimeoutMs = 180_000;

interface Check {
  name: string;
  command: string[];
  /** What to do when it fails. */
  remedy: string;
}

const tool = (name: string): string => join(root, "node_modules", ".bin", name);

const checks: Check[] = [
  { name: "format", command: [tool("oxfmt"), "--check", "."], remedy: "npm run format" },
  { name: "lint", command: [tool("oxlint"), "--type-aware", "--deny-warnings"], remedy: "correct the lines named above" },
  { name: "types", command: [tool("tsc"), "-p", "."], remedy: "correct the lines named above" },
  { name: "types of pages", command: [tool("tsc"), "-p", "src/web"], remedy: "correct the lines named above" },
  { name: "dead code", command: [tool("knip")], remedy: "delete what nothing uses, or use it" },
  { name: "generated files", command: [process.execPath, "scripts/generate.ts", "--check"], remedy: "npm run generate" },
];

interface Result {
  name: string;
  isOk: boolean;
}

/** Runs one check to its end; its output is shown only when it fails. */
async function run({ name, command, remedy }: Check): Promise<Result> {
  const startedMs = performance.now();
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: checkTimeoutMs, killSignal: "SIGKILL" });
  const [output, faults, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const isOk = exitCode === 0;
  if (!isOk) console.log(`\n--- ${name}\n${output}${faults}`);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${isOk ? "ok  " : "FAIL"} ${name.padEnd(16)} ${seconds.padStart(5)} s${isOk ? "" : `   → ${remedy}`}`);
  return { name, isOk };
}

const results: Result[] = [];
for (const check of checks) results.push(await run(check));

const failed = results.filter(({ isOk }) => !isOk);
console.log(`\n${results.length - failed.length} passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.map(({ name }) => name).join(", ")}` : ""}`);
process.exit(failed.length > 0 ? 1 : 0);
