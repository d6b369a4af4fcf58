import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { createLogTail, type LogTail } from "../../src/desk/watch/tail-log.ts";
import { startRunningService } from "../harness/running-service.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";

const patientMs = 20_000;
const lineOf = (message: string, more: Record<string, unknown> = {}): string =>
  `${JSON.stringify({ level: "info", time: new Date().toISOString(), msg: message, ...more })}\n`;

interface Tailing extends AsyncDisposable {
  path: string;
  tail: LogTail;
  /** Messages so far, the oldest first. */
  messages(): string[];
  /** Waits until the newest message is this one. */
  sees(message: string): Promise<void>;
}

/** Follows a file of a folder that is gone with it. */
function follow(prepare: (path: string) => void = () => undefined): Tailing {
  const folder = temporaryFolder();
  const path = join(folder.path, "service.log");
  prepare(path);
  const tail = createLogTail({ path, nowMs: Date.now, pollEveryMs: 10 });
  tail.start();
  const messages = (): string[] => tail.query({}, 1_000).map(({ message }) => message);
  return {
    path,
    tail,
    messages: () => messages().toReversed(),
    sees: async (message) => void (await waitUntil(`the line ${message}`, patientMs, () => messages()[0] === message)),
    [Symbol.asyncDispose]: async () => {
      await tail.stop();
      folder[Symbol.dispose]();
    },
  };
}

describe("the tail of a log", () => {
  test("has what was there and what comes, once and in order", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("one") + lineOf("two")));
    await tailing.sees("two");
    appendFileSync(tailing.path, lineOf("three"));
    await tailing.sees("three");
    expect(tailing.messages()).toEqual(["one", "two", "three"]);
  });

  test("waits for a file that is not there yet, and for the end of a line that was begun", async () => {
    await using tailing = follow();
    await waitUntil("the first look", patientMs, () => !tailing.tail.state().isThere);
    const [start, rest] = ['{"level":"info","msg":"hal', 'ves"}\n'];
    writeFileSync(tailing.path, lineOf("whole") + start);
    await tailing.sees("whole");
    appendFileSync(tailing.path, rest);
    await tailing.sees("halves");
    expect(tailing.messages()).toEqual(["whole", "halves"]);
  });

  test("loses nothing when the file is renamed and made anew, not even what its writer adds late", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("before")));
    await tailing.sees("before");
    renameSync(tailing.path, `${tailing.path}.1`);
    appendFileSync(`${tailing.path}.1`, lineOf("late"));
    await tailing.sees("late");
    appendFileSync(`${tailing.path}.1`, lineOf("later").trimEnd());
    writeFileSync(tailing.path, lineOf("new"));
    await tailing.sees("new");
    expect(tailing.messages()).toEqual(["before", "late", "later", "new"]);
  });

  test("begins again when the file is emptied, even if it has grown beyond its old length since", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("old")));
    await tailing.sees("old");
    truncateSync(tailing.path);
    appendFileSync(tailing.path, lineOf("new"));
    await tailing.sees("new");
    const file = openSync(tailing.path, "r+");
    ftruncateSync(file);
    writeSync(file, Array.from({ length: 20 }, (_, index) => lineOf(`grown ${index}`)).join(""));
    closeSync(file);
    await tailing.sees("grown 19");
    expect(tailing.messages()).toEqual(["old", "new", ...Array.from({ length: 20 }, (_, index) => `grown ${index}`)]);
  });

  test("survives the removal of the file and its return", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("first")));
    await tailing.sees("first");
    rmSync(tailing.path);
    await waitUntil("it is gone", patientMs, () => !tailing.tail.state().isThere);
    writeFileSync(tailing.path, lineOf("second"));
    await tailing.sees("second");
  });

  test("says why it reads nothing where there is a folder or a pipe, and does not hang on it", async () => {
    await using folder = follow((path) => {
      mkdirSync(path);
    });
    await waitUntil("a fault", patientMs, () => folder.tail.state().fault === "it is no regular file");
    await using pipe = follow((path) => void Bun.spawnSync(["mkfifo", path]));
    await waitUntil("a fault", patientMs, () => pipe.tail.state().fault === "it is no regular file");
  });

  test("begins near the end of a long file, at a whole line", async () => {
    await using tailing = follow((path) =>
      writeFileSync(path, Array.from({ length: 80_000 }, (_, index) => lineOf(`line ${index}`, { filler: "x".repeat(50) })).join("")),
    );
    await tailing.sees("line 79999");
    const { lineCount, skippedBytes } = tailing.tail.state();
    expect(lineCount).toBeGreaterThan(25_000);
    expect(lineCount).toBeLessThan(50_000);
    expect(skippedBytes).toBe(0);
    expect(tailing.tail.query({ text: "filler" }, 5).every(({ isForeign }) => !isForeign)).toBe(true);
  });

  test("begins behind a line that is longer than what is read", async () => {
    await using tailing = follow((path) => writeFileSync(path, `${"x".repeat(5_000_000)}\n${lineOf("next")}`));
    await tailing.sees("next");
    expect(tailing.messages()).toEqual(["next"]);
  });

  test("keeps up with a flood by passing over its middle, and says how much", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("calm")));
    await tailing.sees("calm");
    appendFileSync(tailing.path, lineOf("flood", { filler: "x".repeat(1_000) }).repeat(10_000) + lineOf("calm again"));
    await tailing.sees("calm again");
    expect(tailing.tail.state().skippedBytes).toBeGreaterThan(1_000_000);
  });

  test("keeps warnings and errors when ordinary lines push each other out", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("the fault", { level: "error", request_id: "abc" })));
    await tailing.sees("the fault");
    for (let burst = 0; burst < 6; burst++) {
      appendFileSync(tailing.path, lineOf("traffic").repeat(2_000) + lineOf(`end ${burst}`));
      await tailing.sees(`end ${burst}`);
    }
    expect(tailing.tail.query({ level: "error" }, 10).map(({ message }) => message)).toEqual(["the fault"]);
    expect(tailing.tail.query({ requestId: "abc" }, 10)).toHaveLength(1);
    expect(tailing.tail.query({}, 5_000)).toHaveLength(1_000);
  });

  test("takes hostile lines for what they are: text", async () => {
    const hostile = [`\u0000\u001b[2J<script>alert(1)</script>`, "{".repeat(50_000), "x".repeat(200_000), `{"level":{},"msg":["a"],"time":1e999}`, "\ufffd\r"];
    await using tailing = follow((path) => writeFileSync(path, `${hostile.join("\n")}\n${lineOf("sane")}`));
    await tailing.sees("sane");
    const [control, braces, long, wrong] = tailing.messages();
    expect(control).toBe("\ufffd\ufffd[2J<script>alert(1)</script>");
    expect(braces).toHaveLength(1_024);
    expect(long).toStartWith("(a line of 200000 bytes) xxx");
    expect(wrong).toBe("");
  });
});

describe("a live tail", () => {
  test("brings the lines that pass, as they come, and ends when it is closed", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("before")));
    await tailing.sees("before");
    const subscription = tailing.tail.subscribe({ level: "warn" });
    appendFileSync(tailing.path, lineOf("calm") + lineOf("hot", { level: "warn" }));
    expect((await subscription?.read())?.lines.map(({ message }) => message)).toEqual(["hot"]);
    const waiting = subscription?.read();
    subscription?.close();
    expect(await waiting).toBeNull();
  });

  test("of a reader that is too slow keeps the newest and counts the others; more than twenty readers are refused", async () => {
    await using tailing = follow((path) => writeFileSync(path, lineOf("before")));
    await tailing.sees("before");
    const subscription = tailing.tail.subscribe({});
    appendFileSync(tailing.path, `${lineOf("many").repeat(700)}${lineOf("last")}`);
    await tailing.sees("last");
    const taken = await subscription?.read();
    expect([taken?.lines.length, taken?.droppedCount, taken?.lines.at(-1)?.message]).toEqual([500, 201, "last"]);
    const others = Array.from({ length: 20 }, () => tailing.tail.subscribe({}));
    expect(others.map((other) => other === null)).toEqual([...Array.from({ length: 19 }, () => false), true]);
    others[0]?.close();
    expect(tailing.tail.subscribe({})).not.toBeNull();
  });

  test("is closed when the desk stops", async () => {
    const tailing = follow();
    const waiting = tailing.tail.subscribe({})?.read();
    await tailing[Symbol.asyncDispose]();
    expect(await waiting).toBeNull();
  });
});

test("the log of the link service is found by route and request, and its failures are counted", async () => {
  using folder = temporaryFolder();
  const service = await startRunningService({ folder: folder.path, settings: { LOG_LEVEL: "debug" } });
  const missing = await service.send("GET", "/urls/999");
  await service.send("GET", "/health");
  await service.stop();
  await using tailing = follow((path) =>
    writeFileSync(path, service.output() + lineOf("request", { level: "error", status: 503, error_code: "store_busy", route: "/urls" })),
  );
  await waitUntil("its lines", patientMs, () => tailing.messages().includes("stopped"));
  const requestId = missing.headers.get("x-request-id") ?? "";
  expect(tailing.tail.query({ requestId }, 10)).toMatchObject([{ route: "/urls/:id", status: 404, errorCode: "url_not_found" }]);
  expect(tailing.tail.query({ route: "/health" }, 10)).toMatchObject([{ level: "debug", status: 200 }]);
  expect(tailing.tail.errorCounts({ fromMs: Date.now() - 60_000, toMs: Date.now(), limit: 5 })).toMatchObject([
    { errorCode: "store_busy", route: "/urls", count: 1 },
  ]);
  expect(readFileSync(tailing.path, "utf8")).toContain(requestId);
}, 60_000);
