import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Incident, TimelineEntry } from "../../src/storage/desk/incident-store.ts";
import { freePorts } from "../harness/free-ports.ts";
import { startRunningService } from "../harness/running-service.ts";
import { send } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

/** Rules see half a minute in 6 s: longer than a restart takes, on a busy machine too. */
const speed = "5";
const patientMs = 60_000;
const testTimeoutMs = 240_000;
/** Starts that are closer together than this look like one, in milliseconds. */
const startsApartMs = 3_500;

/** Process id of a program below `srenity up`. */
function pidOf(supervisorPid: number, command: string): number {
  const children = (readFileSync(`/proc/${supervisorPid}/task/${supervisorPid}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
  return children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(command)) ?? 0;
}

test(
  "a restart under `srenity up` is counted and told to nobody, a loop of them is one incident with every restart in its story, and the desk reads the service's log",
  async () => {
    using folder = temporaryFolder();
    const [port = 0, deskPort = 0] = await freePorts(2);
    const settings = { PORT: String(port), DESK_PORT: String(deskPort), WATCH_SPEED: speed };
    await using up = await startRunningService({ folder: folder.path, command: "up", settings });
    const desk = `http://127.0.0.1:${deskPort}`;
    const read = async (path: string) => (await send(`${desk}${path}`, "GET").catch(() => null))?.json;
    const incidents = async (): Promise<Incident[]> => ((await read("/api/incidents"))?.incidents ?? []) as Incident[];
    const pages = async (): Promise<Incident[]> => (await incidents()).filter(({ severity }) => severity === "page");
    const restartsSeen = async (): Promise<number> =>
      Number(/^srenity_desk_restarts_seen_total (\d+)$/m.exec((await send(`${desk}/prom_metrics`, "GET")).text)?.[1] ?? "0");
    await waitUntil("the desk sees the service", patientMs, async () => ((await read("/api/now"))?.targets ?? [])[0]?.isUp === true);
    await waitUntil("its log is read", patientMs, async () => ((await read("/api/logs?text=started"))?.lines ?? []).length > 0);

    for (const kills of [1, 2, 3]) {
      await Bun.sleep(startsApartMs); // a start has to differ from the one before by more than the tolerance
      process.kill(pidOf(up.pid, "serve"), "SIGKILL");
      await waitUntil(`restart ${kills} is seen`, patientMs, async () => (await restartsSeen()) === kills);
      if (kills === 1) expect(await pages()).toEqual([]);
    }
    await waitUntil("the loop is an incident", patientMs, async () => (await pages()).some(({ title }) => title.includes("starts again and again")));
    const loop = (await pages()).find(({ title }) => title.includes("starts again and again")) as Incident;
    await Bun.sleep(startsApartMs);
    process.kill(pidOf(up.pid, "serve"), "SIGKILL");
    const restarts = async (): Promise<TimelineEntry[]> =>
      ((await read(`/api/incidents/${loop.id}`)).timeline as TimelineEntry[]).filter(({ kind }) => kind === "restart");
    await waitUntil("the next restart is in its story", patientMs, async () => (await restarts()).length > 0);
    const { evidence } = (await read(`/api/incidents/${loop.id}`)) as { evidence: { kind: string; content: { text: string }[] }[] };
    const changes = evidence.find(({ kind }) => kind === "changes")?.content ?? [];
    expect(changes.filter(({ text }) => text.includes("was restarted")).length).toBeGreaterThanOrEqual(3);

    const deskPid = pidOf(up.pid, "watch");
    process.kill(deskPid, "SIGKILL");
    await waitUntil(
      "the desk is back where it was",
      patientMs,
      async () => pidOf(up.pid, "watch") !== deskPid && (await incidents()).some(({ id }) => id === loop.id),
    );
    expect(await up.stop()).toBe(0);
    expect(up.errors()).toContain("The incident desk ended with status 137; it starts again in");
  },
  testTimeoutMs,
);

test(
  "a desk that cannot start under `srenity up` says why and takes no redirect with it",
  async () => {
    using folder = temporaryFolder();
    using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    await using up = await startRunningService({ folder: folder.path, command: "up", settings: { DESK_PORT: String(taken.port) } });
    await waitUntil("the desk gave up", patientMs, () => up.errors().includes("The incident desk does not run"));
    expect(up.errors()).toContain(`srenity watch: Port ${taken.port} on 127.0.0.1 is taken`);
    expect((await up.send("GET", "/health")).status).toBe(200);
    expect(await up.stop()).toBe(0);
  },
  testTimeoutMs,
);
