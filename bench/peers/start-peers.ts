import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort, startServer, type PinnedServer } from "../pinned-server.ts";
import { nginxConfig } from "./nginx-config.ts";

async function startNginx(name: string, folder: string, logOptions: string): Promise<PinnedServer> {
  const port = findFreePort();
  const configPath = join(folder, `nginx-${port}.conf`);
  writeFileSync(configPath, nginxConfig(folder, port, logOptions));
  return startServer({ name, command: ["nginx", "-p", folder, "-e", join(folder, `nginx-${port}-error.log`), "-c", configPath], port }, folder);
}

/** nginx that writes each log line at once, which is its default and what every ratio is to; and one that buffers lines. */
export async function startNginxPeers(folder: string): Promise<PinnedServer[]> {
  return [await startNginx("nginx", folder, ""), await startNginx("nginx, buffered log", folder, " buffer=64k flush=1s")];
}

/** Fastify's bare redirect on Node. */
export async function startFastify(folder: string): Promise<PinnedServer> {
  const port = findFreePort();
  return startServer(
    { name: "Fastify, bare", command: ["node", join(import.meta.dir, "fastify.mjs"), String(port)], port, environment: { NODE_ENV: "production" } },
    folder,
  );
}
