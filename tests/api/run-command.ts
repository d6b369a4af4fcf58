import { resolve } from "node:path";

/** Runs the program's command line beside a service, on its folder; its standard output. */
export async function runCommand(folder: string, ...words: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, "../../src/main.ts"), ...words], {
    env: { PATH: process.env["PATH"] ?? "", DATA_DIR: folder },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors, status] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${errors}`);
  return output.trim();
}
