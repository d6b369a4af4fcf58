import { join } from "node:path";
import { childEnvironment } from "../src/config.ts";
import { onEnd } from "./cleanup.ts";
import { findFreePort, startServer, type PinnedServer } from "./pinned-server.ts";

const program = [process.execPath, join(import.meta.dir, "..", "src", "main.ts")];

/** Longest that one command of the program may take, in milliseconds. */
const commandTimeoutMs = 1_200_000;

/** Starts `srenity serve` with everything at its default but the port and the data folder. */
export async function startService(dataFolder: string, folder: string): Promise<PinnedServer> {
  const port = findFreePort();
  const environment = { ...childEnvironment(), HOST: "127.0.0.1", PORT: String(port), DATA_DIR: dataFolder, LOG_LEVEL: "info", AUTH: "auto" };
  return startServer({ name: "SREnity", command: [...program, "serve"], port, environment, probePath: "/health" }, folder);
}

/**
 * Runs one command of the program to its end.
 *
 * @returns how long it took, in milliseconds
 * @throws Error with the end of its output when it fails
 */
export async function runCommand(words: string[], dataFolder: string): Promise<number> {
  const startedMs = performance.now();
  const env = { ...process.env, DATA_DIR: dataFolder };
  const child = Bun.spawn([...program, ...words], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: commandTimeoutMs, killSignal: "SIGKILL" });
  onEnd(() => child.kill("SIGKILL"));
  const [output, faults, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (exitCode !== 0) throw new Error(`srenity ${words.join(" ")} ended with ${exitCode}:\n${(output + faults).slice(-2_000)}`);
  return performance.now() - startedMs;
}
