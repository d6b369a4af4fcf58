import { afterAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./source-file.ts";

const buildTimeoutMs = 120_000;
const startTimeoutMs = 20_000;
const requestTimeoutMs = 5_000;
const pollMs = 20;

const folder = mkdtempSync(join(tmpdir(), "srenity-executable-"));
const executable = join(folder, "srenity");
let service: Bun.Subprocess | null = null;

afterAll(() => {
  service?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the executable away from the sources, on a free port, and returns its address out of its first log line. */
async function startExecutable(): Promise<string> {
  const logPath = join(folder, "log");
  const log = openSync(logPath, "w");
  const env = { PATH: "/usr/bin:/bin", HOST: "127.0.0.1", PORT: "0", DATA_DIR: join(folder, "store") };
  service = Bun.spawn([executable, "serve"], { cwd: folder, env, stdin: "ignore", stdout: log, stderr: log });
  closeSync(log);
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs && service.exitCode === null) {
    const address = /"address":"([^"]+)"/.exec(readFileSync(logPath, "utf8"))?.[1];
    if (address !== undefined) return address;
    await Bun.sleep(pollMs);
  }
  throw new Error(`the executable printed no address: ${readFileSync(logPath, "utf8")}`);
}

const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(requestTimeoutMs) });
const post = (url: string, body: unknown): Promise<Response> =>
  ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

test(
  "npm run build makes one file that serves, stores, reads in its worker and stops by itself, without the sources",
  async () => {
    const build = Bun.spawnSync([process.execPath, "scripts/build.ts", executable], { cwd: projectRoot, timeout: buildTimeoutMs });
    expect({ exitCode: build.exitCode, faults: build.stderr.toString() }).toEqual({ exitCode: 0, faults: "" });

    const address = await startExecutable();
    expect((await ask(`${address}/ready`)).status).toBe(200);
    expect((await ask(`${address}/docs`)).headers.get("content-type")).toContain("text/html");
    expect((await post(`${address}/users`, { username: "ann", email: "ann@example.com" })).status).toBe(201);
    expect((await post(`${address}/urls`, { user_id: 1, short_code: "first", original_url: "https://example.com/first" })).status).toBe(201);
    expect((await ask(`${address}/first`)).headers.get("location")).toBe("https://example.com/first");
    expect((await (await ask(`${address}/urls/1/stats`)).json()) as object).toMatchObject({ totals: { clicks: 1 } });
    expect((await (await ask(`${address}/events?event_type=click`)).json()) as object).toMatchObject([{ url_id: 1 }]);

    service?.kill("SIGTERM");
    expect(await service?.exited).toBe(0);
  },
  buildTimeoutMs,
);
