import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { LinkLedger } from "./link-ledger.ts";
import { attemptStart, type RunningService, spawnProduct, startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** A start takes a few tenths of a second, the pause before it one tenth; a loaded machine gets many times that, in milliseconds. */
const restartMostMs = 5_000;

/** A port that was free a moment ago: the supervised service must come back on the same one. */
async function freePort(): Promise<string> {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const { port } = server;
  server.stop(true);
  return String(port);
}

/** Process ids below a process. */
function childrenOf(pid: number): number[] {
  return (readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
}

/** Process id of the link service below `srenity up`. */
function servicePid(supervisor: RunningService): number {
  return childrenOf(supervisor.pid).find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("serve")) as number;
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test("a link service that is killed under `srenity up` answers again within seconds, with everything acknowledged", async () => {
  using folder = temporaryFolder();
  await using up = await startRunningService({ folder: folder.path, command: "up", settings: { PORT: await freePort() } });
  const ledger = new LinkLedger();
  await ledger.begin(up);
  for (let round = 0; round < 2; round++) {
    const entry = await ledger.create(up);
    if (typeof entry === "number") throw new Error(`the link was refused with ${entry}`);
    await ledger.follow(up, entry);
    const pid = servicePid(up);
    process.kill(pid, "SIGKILL");
    await waitUntil("the killed service is gone", 2_000, () => isGone(pid));
    const tookMs = await waitUntil("the service answers again", 10_000, () =>
      up.send("GET", "/health").then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
    expect(tookMs).toBeLessThan(restartMostMs);
    expect(servicePid(up)).not.toBe(pid);
    expect(await ledger.findFaults(up)).toEqual([]);
  }
  expect(up.errors()).toContain("The link service ended with status 137; it starts again in 100 ms.");
  expect(await up.stop()).toBe(0);
}, 40_000);

test("SIGTERM to `srenity up` stops the link service with it, and both end with status 0", async () => {
  using folder = temporaryFolder();
  await using up = await startRunningService({ folder: folder.path, command: "up" });
  const pid = servicePid(up);
  expect(await up.stop()).toBe(0);
  expect(isGone(pid)).toBe(true);
  expect(up.logLines()).toContainEqual(expect.objectContaining({ msg: "stopped", pid }));
  expect(up.errors()).toContain(`health           ${up.address}/ready`);
});

test("SIGTERM to `srenity up` while the link service is between two lives ends at once", async () => {
  using folder = temporaryFolder();
  await using up = await startRunningService({ folder: folder.path, command: "up" });
  process.kill(servicePid(up), "SIGKILL");
  await waitUntil("the supervisor pauses", 2_000, () => up.errors().includes("starts again in"));
  expect(await up.stop()).toBe(0);
});

test("a mistake in the surroundings ends `srenity up` with the status 78 and its sentence once, without a restart", async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  await using holder = await startRunningService({ folder: folder.path });
  const taken = await attemptStart({ folder: other.path, command: "up", settings: { PORT: new URL(holder.address).port } });
  expect(taken).toMatchObject({ status: 78, output: "" });
  expect(taken.errors).toMatch(/^srenity serve: Port \d+ on 127\.0\.0\.1 is taken[^\n]+\n$/);
  const malformed = await attemptStart({ folder: other.path, command: "up", settings: { LOG_LEVEL: "loud" } });
  expect(malformed.status).toBe(78);
  expect(malformed.errors.match(/LOG_LEVEL/g)).toHaveLength(1);
});

test("SIGTERM to `srenity up` right after its start ends it with status 0 and leaves nothing running", async () => {
  using folder = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const child = spawnProduct({ folder: folder.path, command: "up" });
    await waitUntil("the link service is being started", 5_000, () => childrenOf(child.pid).length > 0);
    const [pid] = childrenOf(child.pid);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(isGone(pid as number)).toBe(true);
  }
});

test("a service whose supervisor is killed ends by itself, so that the next `srenity up` can start", async () => {
  using folder = temporaryFolder();
  await using up = await startRunningService({ folder: folder.path, command: "up", settings: { PORT: await freePort() } });
  const pid = servicePid(up);
  process.kill(up.pid, "SIGKILL");
  await waitUntil("the orphaned service is gone", 10_000, () => isGone(pid));
  await using next = await startRunningService({ folder: folder.path, command: "up", settings: { PORT: await freePort() } });
  expect((await next.send("GET", "/health")).status).toBe(200);
});
