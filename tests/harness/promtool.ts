export interface PromtoolResult {
  readonly exitCode: number;
  /** All that it printed, empty lines left out. */
  readonly lines: readonly string[];
}

/** Longest that one run may take, in milliseconds: hours of history take seconds, on a busy machine many. */
export const promtoolTimeoutMs = 150_000;

/** Runs promtool to its end. */
export async function promtool(...args: string[]): Promise<PromtoolResult> {
  // Most of what promtool does is garbage; collecting it less often saves a fifth of the time.
  const env = { ...process.env, GOGC: "400" };
  const child = Bun.spawn(["promtool", ...args], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: promtoolTimeoutMs, killSignal: "SIGKILL" });
  const [output, faults, exitCode] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  return { exitCode, lines: `${output}\n${faults}`.split("\n").filter((line) => line.trim() !== "") };
}
