/** Longest that one run may take, in milliseconds. */
const toolTimeoutMs = 10_000;

/** Runs amtool; what it printed. @throws Error with its output when it fails */
export function amtool(...args: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["amtool", ...args], { timeout: toolTimeoutMs });
  if (exitCode !== 0) throw new Error(`amtool ${args.join(" ")} ended with ${exitCode}\n${stdout.toString()}\n${stderr.toString()}`);
  return stdout.toString();
}
