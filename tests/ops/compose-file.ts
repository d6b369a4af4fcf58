import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "./source-file.ts";

export const composeFolder = "ops/compose";

/** A service of `ops/compose/compose.yaml`, as far as tests look into it. */
export interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string };
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  healthcheck?: { test: string[] };
  restart: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  deploy: { resources: { limits: { cpus: string; memory: string } } };
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

/** Reads the file with its anchors followed. */
export function readComposeFile(): ComposeFile {
  return parse(readFileSync(join(projectRoot, composeFolder, "compose.yaml"), "utf8"), { merge: true }) as ComposeFile;
}

/** One entry of `volumes`: a path from the top folder, or the name of a volume, and where the container sees it. */
export interface Mount {
  source: string;
  isVolume: boolean;
  target: string;
  isReadOnly: boolean;
}

export function mountsOf({ volumes = [] }: ComposeService): Mount[] {
  return volumes.map((line) => {
    const [source = "", target = "", mode] = line.split(":");
    const isVolume = !source.startsWith(".");
    return { source: isVolume ? source : posix.join(composeFolder, source), isVolume, target, isReadOnly: mode === "ro" };
  });
}

/** One entry of `ports`. */
export interface PublishedPort {
  host: string;
  published: number;
  target: number;
}

export function portsOf({ ports = [] }: ComposeService): PublishedPort[] {
  return ports.map((line) => {
    const [host = "", published, target] = line.split(":");
    return { host, published: Number(published), target: Number(target) };
  });
}
