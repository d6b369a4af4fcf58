import { join } from "node:path";
import { loadCore } from "./pinned-server.ts";

/** Connections that wrk keeps busy: enough to saturate one core, few enough that latency means something. */
const connections = 64;
/** Time allowed beyond the measured seconds, in milliseconds. */
const graceMs = 20_000;

export interface LoadResult {
  requests: number;
  durationUs: number;
  p50Us: number;
  p99Us: number;
  p999Us: number;
  maxUs: number;
  /** Broken connections, time-outs and answers of 400 and above. */
  failed: number;
}

export interface Load {
  url: string;
  /** File in bench/wrk/. */
  script: "paths.lua" | "create.lua";
  words: readonly string[];
  seconds: number;
  connections?: number;
}

/**
 * Runs wrk on its core.
 *
 * @throws Error when wrk fails or prints no result
 */
export async function runWrk({ url, script, words, seconds, connections: wanted = connections }: Load): Promise<LoadResult> {
  const options = ["-t1", `-c${wanted}`, `-d${seconds}s`, "--timeout", "5s", "--latency", "-s", join(import.meta.dir, "wrk", script)];
  const child = Bun.spawn(["taskset", "-c", String(loadCore), "wrk", ...options, url, "--", ...words], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: seconds * 1000 + graceMs,
    killSignal: "SIGKILL",
  });
  const [output, faults] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const result = /^RESULT (.*)$/m.exec(output)?.[1];
  if (result === undefined) throw new Error(`wrk printed no result:\n${output}${faults}`);
  return JSON.parse(result) as LoadResult;
}
