import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type MailSink, startMailSink } from "../../scripts/observe/mail-sink.ts";
import { scenarios } from "../../src/desk/drill/scenarios.ts";
import type { DrillView, IncidentView } from "../../src/desk/views.ts";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { type RunningService, startRunningService } from "../harness/running-service.ts";
import { send } from "../harness/send.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const main = join(import.meta.dir, "../../src/main.ts");
const patientMs = 90_000;
const testTimeoutMs = 170_000;
/** Several programs start at once. */
const startTimeoutMs = 40_000;
const mailsMost = 50;

interface Exercise extends AsyncDisposable {
  /** Where the desk has its temporary files. */
  readonly temporary: string;
  /** The real link service, which a drill must not touch. */
  readonly service: RunningService;
  readonly sink: MailSink;
  /** Starts the desk, again after it was killed. */
  startDesk(): Promise<RunningService>;
}

/** A link service that serves people, and a desk that watches it and may run drills, unless told otherwise. */
async function startExercise(settings: Record<string, string> = {}): Promise<Exercise> {
  await using parts = new AsyncDisposableStack();
  const { path: folder } = parts.use(temporaryFolder());
  const sink = await startMailSink({ port: 0, keepMost: mailsMost, nowMs: Date.now });
  parts.defer(() => sink.stop());
  const service = parts.use(await startRunningService({ folder: join(folder, "service"), settings: { LOG_LEVEL: "info" }, startTimeoutMs }));
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const own = {
    TMPDIR: temporary,
    DESK_PORT: "0",
    WATCH_SPEED: "60",
    WATCH_TARGETS: service.address,
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    MAIL_TO: "oncall@example.org",
  };
  const startDesk = async (): Promise<RunningService> => {
    const desk = started.use(
      await startRunningService({ folder: join(folder, "desk"), command: "watch", settings: { DRILLS: "on", ...own, ...settings }, startTimeoutMs }),
    );
    // A busy machine stalls the real service as well, which is true and not what is looked for.
    await desk.send("POST", "/api/silences", { body: { matchers: { alertname: "EventLoopStalled" }, minutes: 60, comment: "the machine is busy" } });
    return desk;
  };
  const started = parts.move();
  return { temporary, service, sink, startDesk, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `srenity drill`, with a folder for temporary files that has to be empty afterwards. */
async function drill(args: readonly string[], settings: Record<string, string>): Promise<Ran> {
  using temporary = temporaryFolder();
  const TMPDIR = join(temporary.path, "tmp");
  mkdirSync(TMPDIR);
  const child = Bun.spawn([process.execPath, main, "drill", ...args], {
    env: { PATH: process.env["PATH"] ?? "", TMPDIR, ...settings },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors, status] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  expect(foldersIn(TMPDIR)).toEqual([]);
  return { status, output, errors };
}

/** Folders of ours; the runtime keeps files of its own there. */
const foldersIn = (temporary: string): string[] => readdirSync(temporary).filter((name) => name.startsWith("srenity"));
const at = (desk: RunningService): Record<string, string> => ({ DESK_PORT: new URL(desk.address).port });
const incidents = async (desk: RunningService): Promise<Incident[]> => (await desk.send("GET", "/api/incidents")).json.incidents as Incident[];
const drills = async (desk: RunningService): Promise<DrillView[]> => (await desk.send("GET", "/api/drills")).json.drills as DrillView[];

test.concurrent(
  "a drill is run by the desk, marked wherever it is told of, and scored; a real outage meanwhile is an incident and a mail of its own, without that mark",
  async () => {
    await using exercise = await startExercise();
    const desk = await exercise.startDesk();
    const { sink } = exercise;
    const running = drill(["errors"], at(desk));
    await waitUntil("the drill's incident is open", patientMs, async () => (await incidents(desk)).some(({ isDrill }) => isDrill));
    expect((await desk.send("POST", "/api/drills", { body: { scenario: "kill" } })).json).toMatchObject({ status: 409, code: "drill_running" });
    expect((await desk.send("GET", "/api/now")).json.verdict.state).not.toBe("bad");
    await exercise.service.kill();
    await waitUntil("the real outage is mailed", patientMs, () => sink.mails().some(({ subject }) => subject.includes("does not answer")));
    const { status, output, errors } = await running;
    expect({ status, errors }).toEqual({ status: 0, errors: expect.stringContaining("waiting for the alert") });
    expect(output).toMatch(/^errors: passed\n {2}detected in {3}\d+\.\d s\n {2}mailed in {5}\d+\.\d s\n {2}recovered in {2}\d+\.\d s\n {2}false pages {3}0\n/);

    const known = await incidents(desk);
    expect(known.filter(({ isDrill }) => !isDrill).map(({ title, service }) => ({ title, service }))).toEqual([
      { title: "The link service does not answer", service: "link-service" },
    ]);
    const drilled = known.filter(({ isDrill }) => isDrill);
    expect(drilled.map(({ state, service }) => ({ state, service }))).toEqual([{ state: "resolved", service: "link-service-drill-1" }]);
    const view = (await desk.send("GET", `/api/incidents/${drilled[0]?.id}`)).json as IncidentView;
    expect(JSON.stringify(view.evidence.find(({ kind }) => kind === "log_errors")?.content)).toContain("internal");
    await waitUntil("the recovery is mailed", patientMs, () => sink.mails().some(({ subject }) => subject.startsWith("[DRILL] [RESOLVED")));
    const subjects = sink.mails().map(({ subject }) => subject.replace(/:\d+\]| and \d+ more.*| \(INC.*/g, (part) => (part.startsWith(":") ? "]" : "")));
    expect(subjects.toSorted()).toEqual([
      "[DRILL] [FIRING] More than 5 % of all requests fail",
      "[DRILL] [RESOLVED] More than 5 % of all requests fail",
      "[FIRING] The link service does not answer",
    ]);
    expect(await drills(desk)).toMatchObject([{ scenario: "errors", passed: true, falsePages: 0 }]);
  },
  testTimeoutMs,
);

test(
  "a desk without DRILLS=on runs no drill, whoever asks, and starts nothing",
  async () => {
    await using exercise = await startExercise({ DRILLS: "off" });
    const desk = await exercise.startDesk();
    expect((await desk.send("GET", "/api/drills")).json).toMatchObject({ isAllowed: false, reason: expect.stringContaining("DRILLS is off") });
    expect((await desk.send("POST", "/api/drills", { body: { scenario: "kill" } })).json).toMatchObject({ status: 403, code: "forbidden" });
    const { status, errors } = await drill(["kill"], at(desk));
    expect({ status, errors }).toEqual({ status: 78, errors: expect.stringContaining("runs no drills: DRILLS is off") });
    expect(await drills(desk)).toEqual([]);
    expect((await send(`${exercise.service.address}/health`, "GET")).status).toBe(200);
  },
  testTimeoutMs,
);

test.concurrent(
  "where no desk runs, a drill brings its own, and leaves nothing behind",
  async () => {
    // Nothing listens at port 1.
    const { status, output, errors } = await drill(["kill"], { DESK_PORT: "1" });
    expect({ status, errors }).toEqual({ status: 0, errors: expect.stringContaining("mails go to a mail server of the drill's own") });
    expect(output).toMatch(/^kill: passed\n {2}detected in {3}\d+\.\d s\n {2}mailed in {5}\d+\.\d s\n/);
    console.log(output.replaceAll(/\s+/g, " "));
  },
  testTimeoutMs,
);

test.concurrent(
  "a desk that is killed in the middle of a drill takes the instance with it, and closes drill and incident when it is back",
  async () => {
    await using exercise = await startExercise();
    const desk = await exercise.startDesk();
    expect((await desk.send("POST", "/api/drills", { body: { scenario: "errors" } })).status).toBe(202);
    await waitUntil("the drill's incident is open", patientMs, async () => (await incidents(desk)).length > 0);
    const children = readFileSync(`/proc/${desk.pid}/task/${desk.pid}/children`, "utf8").trim().split(" ");
    expect(children).toHaveLength(1);
    await desk.kill();
    await waitUntil("the instance is gone", patientMs, () => children.every((pid) => !existsSync(`/proc/${pid}`)));
    expect(foldersIn(exercise.temporary)).toHaveLength(1);
    const again = await exercise.startDesk();
    expect(foldersIn(exercise.temporary)).toEqual([]);
    expect(await drills(again)).toMatchObject([
      { scenario: "errors", passed: null, endedAtMs: expect.any(Number), note: "the desk ended before the drill did" },
    ]);
    expect(await incidents(again)).toMatchObject([{ isDrill: true, state: "resolved" }]);
  },
  testTimeoutMs,
);

test("drills are listed, and what cannot be understood is said to be so", async () => {
  const list = await drill(["--list"], {});
  expect(list.status).toBe(0);
  expect(
    list.output
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(scenarios.map(({ name }) => name));
  expect((await drill(["--help"], {})).output).toContain("srenity drill SCENARIO");
  expect(await drill(["flood"], {})).toMatchObject({ status: 78, errors: expect.stringContaining("There is no drill") });
  expect((await drill([], {})).status).toBe(64);
}, 60_000);
