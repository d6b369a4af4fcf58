import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

export interface Machine {
  cpu: string;
  cores: number;
  memoryMb: number;
  kernel: string;
}

/** What the numbers were measured on. */
export function describeMachine(): Machine {
  return { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, memoryMb: Math.round(totalmem() / 1_048_576), kernel: release() };
}

function versionOf(command: string[], pattern: RegExp): string {
  const result = Bun.spawnSync(command, { env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` }, timeout: 10_000 });
  return pattern.exec(result.stdout.toString() + result.stderr.toString())?.[1] ?? "unknown";
}

function packageVersion(name: string): string {
  const path = name === "" ? "../package.json" : `../node_modules/${name}/package.json`;
  return (JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as { version: string }).version;
}

/** Versions of everything that takes part. */
export function describeVersions(): Record<string, string> {
  return {
    srenity: packageVersion(""),
    bun: Bun.version,
    node: versionOf(["node", "--version"], /v([\d.]+)/),
    fastify: packageVersion("fastify"),
    nginx: versionOf(["nginx", "-v"], /nginx\/([\d.]+)/),
    wrk: versionOf(["wrk", "-v"], /wrk \S*?([\d.]+)/),
  };
}
