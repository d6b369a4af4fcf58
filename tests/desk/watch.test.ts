import { describe, expect, test } from "bun:test";
import type { Sample } from "../../src/desk/watch/exposition.ts";
import { createSteadyClock } from "../../src/desk/watch/steady-clock.ts";
import { createTargetList, type TargetList } from "../../src/desk/watch/target-list.ts";
import type { WatchEvent } from "../../src/desk/watch/watch-events.ts";
import { createWatchLoop, type WatchLoopOptions } from "../../src/desk/watch/watch-loop.ts";
import type { WatchTarget } from "../../src/desk/watch/watch-target.ts";
import { startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startRawServer } from "./raw-server.ts";
import { startExposingServer, targetOf, valueOf } from "./watch-parts.ts";

const patientMs = 20_000;
const monotonicMs = (): number => performance.now();

interface Taken {
  atMs: number;
  takenAtMs: number;
  target: WatchTarget;
  samples: readonly Sample[];
}

interface Watching extends AsyncDisposable {
  list: TargetList;
  taken: Taken[];
  events: WatchEvent[];
  faults: unknown[];
  /** Values of a metric in the order of their arrival. */
  values(metric: string, labels?: Record<string, string>): number[];
  stop(): Promise<void>;
}

/** Watches targets in earnest, but faster. */
function watch(targets: readonly WatchTarget[], more: Partial<WatchLoopOptions> = {}): Watching {
  const list = createTargetList(targets);
  const taken: Taken[] = [];
  const events: WatchEvent[] = [];
  const faults: unknown[] = [];
  const loop = createWatchLoop({
    list,
    wanted: null,
    clockMs: createSteadyClock({ nowMs: Date.now, monotonicMs, notBeforeMs: 0 }),
    monotonicMs,
    scrapeEveryMs: 50,
    probeEveryMs: 100_000,
    onSamples: (atMs, target, samples) => void taken.push({ atMs, takenAtMs: monotonicMs(), target, samples }),
    onEvent: (event) => void events.push(event),
    onFault: (error) => void faults.push(error),
    ...more,
  });
  loop.start();
  const has = (samples: readonly Sample[], metric: string): boolean => samples.some(({ labels }) => labels["__name__"] === metric);
  return {
    list,
    taken,
    events,
    faults,
    values: (metric, labels) => taken.flatMap(({ samples }) => (has(samples, metric) ? [valueOf(samples, metric, labels)] : [])),
    stop: () => loop.stop(),
    [Symbol.asyncDispose]: () => loop.stop(),
  };
}

describe("the watch", () => {
  test("scrapes again and again, tells of a deploy and a restart, and shows the state of each target", async () => {
    let [version, startS] = ["1.0", 1_000_000];
    using server = startExposingServer(() => `srenity_build_info{version="${version}"} 1\nprocess_start_time_seconds ${startS}\n`);
    await using watching = watch([targetOf(server.address)]);
    await waitUntil("three scrapes", patientMs, () => watching.values("up").length >= 3);
    version = "1.1";
    await waitUntil("a deploy", patientMs, () => watching.events.length === 1);
    startS += 100;
    await waitUntil("a restart", patientMs, () => watching.events.length === 2);
    expect(watching.events).toMatchObject([
      { kind: "deploy", from: "1.0", to: "1.1" },
      { kind: "restart", from: "1970-01-12T13:46:40.000Z", to: "1970-01-12T13:48:20.000Z" },
    ]);
    await waitUntil("a probe", patientMs, () => watching.list.states()[0]?.probedAtMs !== null);
    expect(watching.list.states()).toMatchObject([
      { isUp: true, fault: null, version: "1.1", startedAtMs: 1_000_100_000, sampleCount: 2, checks: [{ isOk: true }] },
    ]);
    expect(watching.faults).toEqual([]);
  });

  test("never asks a target twice at once, and a silent target delays no other", async () => {
    using quick = startExposingServer(() => "a 1\n");
    using silent = await startRawServer(() => undefined);
    await using watching = watch([targetOf(silent.address), targetOf(quick.address)], { timeoutMs: 60_000 });
    await waitUntil("scrapes of the quick one", patientMs, () => watching.values("a").length >= 20);
    expect(silent.connections()).toBeLessThanOrEqual(2);
  });

  test("goes on when its samples cannot be stored, and says so", async () => {
    using server = startExposingServer(() => "a 1\n");
    let isFull = true;
    const kept: number[] = [];
    await using watching = watch([targetOf(server.address)], {
      onSamples: (atMs) => {
        if (isFull) throw new Error("disk full");
        kept.push(atMs);
      },
    });
    await waitUntil("faults", patientMs, () => watching.faults.length >= 2);
    expect(watching.list.states()).toMatchObject([{ isUp: true }]);
    isFull = false;
    await waitUntil("samples", patientMs, () => kept.length > 0);
  });

  test("reports nothing after its stop, which cuts off what runs", async () => {
    using silent = await startRawServer(() => undefined);
    const watching = watch([targetOf(silent.address)], { timeoutMs: 60_000 });
    await waitUntil("a connection", patientMs, () => silent.connections() > 0);
    const startedMs = monotonicMs();
    await watching.stop();
    expect(monotonicMs() - startedMs).toBeLessThan(900);
    expect([watching.taken.length, watching.faults.length, watching.list.states()[0]?.isUp]).toEqual([0, 0, null]);
  });

  test("stamps in order when the wall clock is set back, and does not wait for it", async () => {
    let offsetMs = 0;
    const clockMs = createSteadyClock({ nowMs: () => Date.now() + offsetMs, monotonicMs, notBeforeMs: 0 });
    using server = startExposingServer(() => "a 1\n");
    await using watching = watch([targetOf(server.address)], { clockMs });
    await waitUntil("scrapes", patientMs, () => watching.values("a").length >= 3);
    offsetMs = -3_600_000;
    const before = watching.taken.length;
    await waitUntil("scrapes after the step", patientMs, () => watching.taken.length >= before + 5);
    const timesMs = watching.taken.filter(({ samples }) => samples.some(({ labels }) => labels["__name__"] === "up")).map(({ atMs }) => atMs);
    expect(timesMs).toEqual([...timesMs].sort((left, right) => left - right));
    expect(new Set(timesMs).size).toBe(timesMs.length);
  });

  test("takes no standstill of its own for a target that is down", async () => {
    using silent = await startRawServer(() => undefined);
    await using watching = watch([targetOf(silent.address)], { timeoutMs: 100, scrapeEveryMs: 100_000 });
    await waitUntil("a connection", patientMs, () => silent.connections() > 0);
    const untilMs = monotonicMs() + 1_500;
    while (monotonicMs() < untilMs);
    await waitUntil("a fault of the desk", patientMs, () => watching.faults.length > 0);
    expect(String(watching.faults[0])).toContain("the desk stood still");
    expect([watching.values("up"), watching.list.states()[0]?.isUp]).toEqual([[], null]);
  });
});

describe("many targets", () => {
  test("of which most are silent are all scraped, the well ones every time", async () => {
    using silent = await startRawServer(() => undefined);
    using quick = startExposingServer(() => "a 1\n");
    const silentTargets = Array.from({ length: 100 }, (_, index) => targetOf(`${silent.address}/${index}`));
    await using watching = watch([...silentTargets, targetOf(quick.address)], { timeoutMs: 1_500, scrapeEveryMs: 500 });
    await waitUntil("every silent one was asked", patientMs, () => watching.list.states().every(({ isUp }) => isUp !== null));
    const before = watching.values("a").length;
    await waitUntil("six scrapes of the well one", 5_000, () => watching.values("a").length >= before + 6);
    expect(watching.list.states().filter(({ isUp }) => isUp)).toHaveLength(1);
  }, 40_000);

  test("200 of them with 2 000 samples each are scraped within the interval", async () => {
    const program = `
      const lines = Array.from({ length: 2000 }, (_, index) => \`srenity_http_request_duration_seconds_bucket{method="GET",route="/urls/\${index}",le="0.025"} \${index}\\n\`).join("");
      const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(lines, { headers: { "Content-Type": "text/plain" } }) });
      console.log(server.port);`;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit", stdin: "ignore" });
    try {
      const first = await child.stdout.getReader().read();
      const port = new TextDecoder().decode(first.value).trim();
      const targets = Array.from({ length: 200 }, (_, index) => targetOf(`http://127.0.0.1:${port}/${index}`));
      let count = 0;
      await using watching = watch(targets, { onSamples: (_, __, samples) => void (count += samples.length > 2_000 ? 1 : 0), scrapeEveryMs: 5_000 });
      await waitUntil("the first round", patientMs, () => count >= 200);
      const before = process.cpuUsage();
      const startedAt = count;
      const tookMs = await waitUntil("a round and the wait before it", patientMs, () => count >= startedAt + 200);
      const { user, system } = process.cpuUsage(before);
      const timesMs = watching.list.states().map(({ scrapedAtMs }) => scrapedAtMs ?? 0);
      const cpuMs = Math.round((user + system) / 1_000);
      console.log(`200 targets: begun within ${Math.max(...timesMs) - Math.min(...timesMs)} ms, ${cpuMs} ms of processor time in ${Math.round(tookMs)} ms`);
      expect(watching.list.states().every(({ sampleCount }) => sampleCount === 2_000)).toBe(true);
      expect(cpuMs).toBeLessThan(4_000);
    } finally {
      child.kill();
    }
  }, 60_000);
});

describe("the link service itself", () => {
  test("is scraped and probed with a canary; killed it is down, and started again it has restarted", async () => {
    using folder = temporaryFolder();
    const location = "https://example.org/canary";
    let service = await startRunningService({ folder: folder.path });
    const port = new URL(service.address).port;
    try {
      await service.send("POST", "/users", { body: { username: "desk", email: "desk@example.org" } });
      const made = await service.send("POST", "/urls", { body: { original_url: location, title: "canary", user_id: 1 } });
      const canary = { path: `/${made.json.short_code}`, location };
      await using watching = watch([targetOf(service.address, { canary })], { scrapeEveryMs: 100, probeEveryMs: 100 });
      const state = () => watching.list.states()[0];
      await waitUntil(
        "it is up and both probes succeed",
        patientMs,
        () => state()?.isUp === true && state()?.checks.length === 2 && state()?.checks.every(({ isOk }) => isOk) === true,
      );
      expect(state()?.isUp).toBe(true);
      expect(state()?.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(Math.abs((state()?.startedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(state()?.sampleCount).toBeGreaterThan(1_000);
      await service.kill();
      await waitUntil("it is down", patientMs, () => state()?.fault === "connection refused" && state()?.checks.every(({ isOk }) => !isOk) === true);
      expect(watching.values("up").at(-1)).toBe(0);
      await waitUntil("another start can be told from the first", patientMs, () => Date.now() - (state()?.startedAtMs ?? 0) > 4_000);
      service = await startRunningService({ folder: folder.path, settings: { PORT: port } });
      await waitUntil("a restart", patientMs, () => watching.events.length > 0);
      expect(watching.events).toMatchObject([{ kind: "restart" }]);
      await service.send("PUT", `/urls/${made.json.id}`, { body: { is_active: false } });
      await waitUntil(
        "the canary fails alone",
        patientMs,
        () =>
          state()
            ?.checks.map(({ isOk }) => isOk)
            .join() === "true,false",
      );
      expect(state()?.checks[1]?.fault).toBe("status 404, no redirect");
    } finally {
      await service.kill();
    }
  }, 90_000);
});
