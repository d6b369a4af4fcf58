import { join } from "node:path";

const main = join(import.meta.dir, "../../src/main.ts");

export interface CommandResult {
  status: number;
  output: string;
  errors: string;
}

/** Starts the program as a person would, on a data folder of the test's own. */
export function startCommand(args: readonly string[], folder: string): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  return Bun.spawn([process.execPath, main, ...args], {
    env: { PATH: process.env["PATH"], DATA_DIR: folder, LOG_LEVEL: "silent" },
    cwd: folder,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** Runs a command to its end. */
export async function runCommand(args: readonly string[], folder: string): Promise<CommandResult> {
  const child = startCommand(args, folder);
  const [output, errors, status] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  return { status, output, errors };
}
