import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startMonitoringProgram } from "../../scripts/observe/monitoring-program.ts";
import { freePorts } from "../harness/free-ports.ts";
import { startRunningService } from "../harness/running-service.ts";
import { send } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { composeFolder, readComposeFile } from "./compose-file.ts";
import { projectRoot } from "./source-file.ts";

/** Longest that one command may take, and longest wait for a scrape or for nginx, in milliseconds. */
const commandTimeoutMs = 15_000;
const waitTimeoutMs = 20_000;
const testTimeoutMs = 60_000;

const { services } = readComposeFile();
const readText = (path: string): string => readFileSync(join(projectRoot, path), "utf8");
const path = `${process.env["PATH"]}:/usr/sbin`;

function run(command: string[], environment: Record<string, string> = {}): { status: number | null; output: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: { PATH: path, ...environment }, timeout: commandTimeoutMs, stdin: "ignore" });
  return { status: exitCode, output: stdout.toString() + stderr.toString() };
}

/** Runs what the container `keys` runs, on folders of the test; the key it leaves. */
function makeKey(folder: string): string {
  mkdirSync(join(folder, "keys"), { recursive: true });
  const program = join(folder, "srenity");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(projectRoot, "src/main.ts")}" "$@"\n`);
  chmodSync(program, 0o755);
  const { entrypoint = [], command = [] } = services["keys"] ?? {};
  const words = [...entrypoint, ...command].map((word) => word.replaceAll("/keys/", `${folder}/keys/`));
  const { status, output } = run(words, { PATH: `${folder}:${path}`, DATA_DIR: join(folder, "store") });
  expect({ status, output }).toMatchObject({ status: 0 });
  return readFileSync(join(folder, "keys/prometheus"), "utf8").trim();
}

describe("the containers' own commands, run here", () => {
  test(
    "keys makes one key for Prometheus and keeps it; with it, and only with it, Prometheus scrapes the link service",
    async () => {
      using folder = temporaryFolder();
      const key = makeKey(folder.path);
      expect(makeKey(folder.path)).toBe(key);
      const [port = 0, prometheusPort = 0] = await freePorts(2);
      const settings = { ...services["link-service"]?.environment, HOST: "127.0.0.1", PORT: String(port), DATA_DIR: join(folder.path, "store") };
      await using service = await startRunningService({ folder: join(folder.path, "store"), settings });
      expect((await service.send("GET", "/prom_metrics")).status).toBe(401);
      expect((await service.send("POST", "/users", { headers: { Authorization: `Bearer ${key}` }, body: { username: "a", email: "a@b.c" } })).status).toBe(403);

      const config = readText(`${composeFolder}/prometheus.yml`).replace("link-service:8080", `127.0.0.1:${port}`).replace("/keys/", `${folder.path}/keys/`);
      writeFileSync(join(folder.path, "prometheus.yml"), config);
      copyFileSync(join(projectRoot, "ops/prometheus/rules.yml"), join(folder.path, "rules.yml"));
      expect(run(["promtool", "check", "config", join(folder.path, "prometheus.yml")])).toMatchObject({ status: 0 });
      const address = `http://127.0.0.1:${prometheusPort}`;
      const flags = ["--config.file=prometheus.yml", "--storage.tsdb.path=samples"];
      const prometheus = await startMonitoringProgram({ name: "prometheus", folder: folder.path, address, flags });
      try {
        const target = async (): Promise<{ health: string; lastError: string } | undefined> => {
          const { json } = await send(`${address}/api/v1/targets?state=active`, "GET");
          return json.data.activeTargets.find(({ labels }: { labels: { job: string } }) => labels.job === "link-service");
        };
        await waitUntil("Prometheus scrapes the link service", waitTimeoutMs, async () => (await target())?.health === "up");
        writeFileSync(join(folder.path, "keys/prometheus"), "sk_wrong");
        await waitUntil("a wrong key is refused", waitTimeoutMs, async () => (await target())?.lastError.includes("401") === true);
      } finally {
        await prometheus.stop();
      }
    },
    testTimeoutMs,
  );

  test(
    "the health check of the link service passes while it is ready, and fails when it is gone",
    async () => {
      using folder = temporaryFolder();
      await using service = await startRunningService({ folder: folder.path });
      const [, ...words] = services["link-service"]?.healthcheck?.test ?? [];
      const check = words.map((word) => word.replaceAll("$$", "$").replace("127.0.0.1/8080", `127.0.0.1/${new URL(service.address).port}`));
      expect(run(check)).toEqual({ status: 0, output: "" });
      await service.kill();
      expect(run(check).status).not.toBe(0);
    },
    testTimeoutMs,
  );

  test("amtool accepts the configuration of Alertmanager beside its template", () => {
    using folder = temporaryFolder();
    copyFileSync(join(projectRoot, composeFolder, "alertmanager.yml"), join(folder.path, "alertmanager.yml"));
    copyFileSync(join(projectRoot, "ops/alertmanager/mail.tmpl"), join(folder.path, "mail.tmpl"));
    const { status, output } = run(["amtool", "check-config", join(folder.path, "alertmanager.yml")]);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining("SUCCESS") });
    expect(output).toContain("1 templates");
  });

  test(
    "the desk's nginx takes webhooks and heartbeats, shows runbooks as text, and nothing else",
    async () => {
      using folder = temporaryFolder();
      const [port = 0] = await freePorts(1);
      const server = readText(`${composeFolder}/desk.conf`).replace("listen 8081", `listen 127.0.0.1:${port}`).replace("/srv/desk", join(projectRoot, "ops"));
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder.path}/${name};`).join("\n");
      // Its workers read the project's own folder, which may be closed to others.
      const user = process.getuid?.() === 0 ? "user root;\n" : "";
      const main = `${user}daemon off;\npid ${folder.path}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${server}}\n`;
      writeFileSync(join(folder.path, "nginx.conf"), main);
      chmodSync(folder.path, 0o755);
      const nginx = Bun.spawn(["nginx", "-c", join(folder.path, "nginx.conf")], { env: { PATH: path }, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
      const ask = (method: string, where: string) => send(`http://127.0.0.1:${port}${where}`, method, { timeoutMs: 2_000 });
      try {
        await waitUntil("nginx answers", waitTimeoutMs, async () => (await ask("GET", "/health").catch(() => null))?.status === 204);
        for (const where of ["/webhooks/alertmanager", "/heartbeats/watchdog"]) {
          expect((await ask("POST", where)).status).toBe(204);
          expect((await ask("GET", where)).status).toBe(405);
        }
        const runbook = await ask("GET", "/runbooks/LinkServiceDown");
        expect({ type: runbook.headers.get("content-type"), text: runbook.text }).toEqual({
          type: "text/plain; charset=utf-8",
          text: readText("ops/runbooks/LinkServiceDown.md"),
        });
        expect((await ask("GET", "/runbooks/Nothing")).status).toBe(404);
        expect((await ask("GET", "/addresses.json")).status).toBe(404);
      } finally {
        nginx.kill();
        await nginx.exited;
      }
    },
    testTimeoutMs,
  );
});
