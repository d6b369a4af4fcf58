import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { send } from "../harness/send.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { projectRoot } from "./source-file.ts";

/** Longest wait for everything to run, for a mail to arrive, and for everything to end, in milliseconds. */
const startTimeoutMs = 60_000;
const mailTimeoutMs = 15_000;
const endTimeoutMs = 30_000;
const testTimeoutMs = 90_000;

interface Observe {
  child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  output(): string;
}

function startObserve(...options: string[]): Observe {
  const child = Bun.spawn([process.execPath, "scripts/observe.ts", "--fast", "--free-ports", ...options], {
    cwd: projectRoot,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const piece of stream) output += decoder.decode(piece, { stream: true });
  };
  void collect(child.stdout);
  void collect(child.stderr);
  return { child, output: () => output };
}

async function welcomed({ child, output }: Observe): Promise<string> {
  await waitUntil("everything runs", startTimeoutMs, () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output()}`);
    return output().includes("Ctrl-C stops everything.");
  });
  return output();
}

/** Every process below one, by id, with the start time that tells it from a later one of the same id. */
function descendantsOf(pid: number): string[] {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const below = (parent: number): string[] => processes.flatMap((each) => (each.parent === parent ? [`${each.pid} ${each.started}`, ...below(each.pid)] : []));
  return below(pid);
}

function readProcess(pid: number): { pid: number; parent: number; started: string }[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return [{ pid, parent: Number(fields[1]), started: fields[19] ?? "" }];
  } catch {
    return [];
  }
}

const stillRuns = (process: string): boolean => readProcess(Number(process.split(" ")[0])).some(({ pid, started }) => `${pid} ${started}` === process);

/** The first words a server says to who connects. */
function greetingOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(5_000, () => socket.destroy(new Error("it says nothing")));
    socket.once("error", reject);
    socket.once("data", (text) => {
      resolve(text.toString());
      socket.end("QUIT\r\n");
    });
  });
}

describe("npm run observe", () => {
  let observe: Observe;
  let welcome = "";
  const placeOf = (label: string): string => new RegExp(`^  ${label} +(\\S+)`, "m").exec(welcome)?.[1] ?? "";
  const pageText = async (): Promise<string> => (await send(placeOf("mails"), "GET")).text;
  const servicePid = async (): Promise<number> => Number(/process (\d+)/.exec(await pageText())?.[1]);

  beforeAll(async () => {
    observe = startObserve("--requests-per-second", "20");
    welcome = await welcomed(observe);
  }, startTimeoutMs);
  afterAll(() => observe.child.kill("SIGTERM"));

  test("prints where everything is, and everything answers there", async () => {
    expect((await send(placeOf("link service"), "GET")).text).toContain("SREnity reference");
    expect((await send(placeOf("mails"), "GET")).text).toContain("Break something");
    expect((await send(`${placeOf("Prometheus").replace("/alerts", "")}/-/ready`, "GET")).status).toBe(200);
    expect((await send(`${placeOf("Alertmanager")}/-/ready`, "GET")).status).toBe(200);
    expect(await greetingOf(Number(placeOf("mail server").split(":")[1]))).toStartWith("220 ");
    expect(existsSync(`${placeOf("state and logs")}/link-service.log`)).toBe(true);
  });

  test("sends traffic that the service answers, and hears the heartbeat", async () => {
    await waitUntil("the heartbeat", mailTimeoutMs, async () => (await pageText()).includes("arrives"));
    await waitUntil("a hundred requests", mailTimeoutMs, async () => Number(/(\d+) requests/.exec(await pageText())?.[1]) >= 100);
    expect(await pageText()).toContain(">0 without a good answer");
    const metrics = (await send(placeOf("link service").replace("/docs", "/prom_metrics"), "GET")).text;
    for (const outcome of ["found", "not_found"]) expect(metrics).toMatch(new RegExp(`srenity_redirects_total\\{outcome="${outcome}"\\} [1-9]`));
  });

  test(
    "lists the mail of an outage with its text, its HTML without rights and its runbook, and a second mail once r revived the service",
    async () => {
      process.kill(await servicePid(), "SIGKILL");
      await waitUntil("the mail is listed", mailTimeoutMs, async () => (await pageText()).includes("[FIRING] The link service does not answer"));
      const path = /\/mails\/[0-9a-f]{16}/.exec(await pageText())?.[0] ?? "";
      const mail = await send(new URL(path, placeOf("mails")).href, "GET");
      expect(mail.text).toContain("No short link redirects and none can be made.");
      expect(mail.headers.get("content-security-policy")).toContain("default-src 'none'");
      const shown = await send(new URL(`${path}/html`, placeOf("mails")).href, "GET");
      expect(shown.headers.get("content-security-policy")).toMatch(/default-src 'none'.*; sandbox/);
      const runbook = /http:\/\/[\d.:]+\/runbooks\/LinkServiceDown/.exec(mail.text)?.[0] ?? "";
      expect((await send(runbook, "GET")).text).toContain("Diagnosis");

      expect(observe.output()).toContain("The link service is dead (signal SIGKILL)");
      await observe.child.stdin.write("r\n");
      await observe.child.stdin.flush();
      await waitUntil("the second mail", mailTimeoutMs, async () => (await pageText()).includes("[RESOLVED] The link service does not answer"));
      expect(observe.output()).toContain(`runs again as process ${await servicePid()}`);
    },
    testTimeoutMs,
  );

  test(
    "stops everything on Ctrl-C: no process and no folder is left",
    async () => {
      const processes = descendantsOf(observe.child.pid);
      expect(processes.length).toBeGreaterThanOrEqual(3);
      observe.child.kill("SIGINT");
      await waitUntil("it ends", endTimeoutMs, () => observe.child.exitCode !== null);
      expect({ status: observe.child.exitCode, left: processes.filter(stillRuns) }).toEqual({ status: 0, left: [] });
      expect(existsSync(placeOf("state and logs"))).toBe(false);
    },
    testTimeoutMs,
  );
});

test(
  "npm run observe ends by itself after the time it was given",
  async () => {
    const observe = startObserve("--for", "1", "--no-traffic");
    try {
      await welcomed(observe);
      const processes = descendantsOf(observe.child.pid);
      await waitUntil("it ends", endTimeoutMs, () => observe.child.exitCode !== null);
      expect({ status: observe.child.exitCode, left: processes.filter(stillRuns) }).toEqual({ status: 0, left: [] });
    } finally {
      observe.child.kill("SIGTERM");
    }
  },
  testTimeoutMs,
);
