import { expect, test } from "bun:test";
import { describeSettings } from "../../src/config.ts";
import { LinkLedger } from "./link-ledger.ts";
import { attemptStart, type ServiceOptions, startRunningService } from "../harness/running-service.ts";
import { runCommand } from "../harness/run-command.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";

/** What a refused start says. */
async function refusalOf(options: ServiceOptions): Promise<string> {
  const { status, output, errors } = await attemptStart(options);
  expect({ status, output, errors }).toEqual({ status: 78, output: "", errors: expect.stringMatching(/^srenity serve: \S/) });
  return errors;
}

test("a second instance on the same folder is refused in one sentence, and the first goes on unharmed", async () => {
  using folder = temporaryFolder();
  await using first = await startRunningService({ folder: folder.path });
  const ledger = new LinkLedger();
  await ledger.begin(first);
  await ledger.create(first);
  const sentence = await refusalOf({ folder: folder.path });
  expect(sentence).toMatch(/^srenity serve: Another SREnity serves from [^\n]+: stop it first, or give this one another DATA_DIR\.\n$/);
  expect(sentence).toContain(folder.path);
  expect(await ledger.follow(first, ledger.entries[0] as LinkLedger["entries"][number])).toMatchObject({ status: 302 });
  expect(await ledger.create(first)).toMatchObject({ asked: 0 });
  expect(await ledger.findFaults(first)).toEqual([]);
  expect(await first.stop()).toBe(0);
});

test("of ten instances started at once on one new folder, exactly one serves", async () => {
  using folder = temporaryFolder();
  const starts = await Promise.allSettled(Array.from({ length: 10 }, () => startRunningService({ folder: folder.path })));
  const services = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  try {
    const reasons = starts.flatMap((start) => (start.status === "rejected" ? [String(start.reason)] : []));
    expect(reasons.filter((reason) => !reason.includes("Another SREnity serves from"))).toEqual([]);
    expect(services.length).toBe(1);
    expect((await services[0]?.send("GET", "/ready"))?.status).toBe(200);
  } finally {
    for (const service of services) await service[Symbol.asyncDispose]();
  }
}, 40_000);

test("an instance that was killed leaves no lock behind", async () => {
  using folder = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    await using service = await startRunningService({ folder: folder.path });
    expect((await service.send("GET", "/ready")).status).toBe(200);
    await service.kill();
  }
});

test("a taken port is refused in one sentence, and the folder is free again", async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  await using first = await startRunningService({ folder: folder.path });
  const { port } = new URL(first.address);
  expect(await refusalOf({ folder: other.path, settings: { PORT: port } })).toBe(
    `srenity serve: Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another PORT.\n`,
  );
  await using second = await startRunningService({ folder: other.path });
  expect((await second.send("GET", "/health")).status).toBe(200);
});

test("an address of no machine here is refused in one sentence", async () => {
  using folder = temporaryFolder();
  expect(await refusalOf({ folder: folder.path, settings: { HOST: "192.0.2.1", AUTH: "off" } })).toMatch(
    /^srenity serve: Nothing can listen on 192\.0\.2\.1:0 \([^\n]+\): choose another HOST or PORT\.\n$/,
  );
});

test("all malformed settings are listed at once, each with what it must be, and no secret is shown", async () => {
  using folder = temporaryFolder();
  const malformed: Record<string, string> = {
    HOST: "not a host",
    PORT: "65536",
    BASE_URL: "go.example",
    AUTH: "maybe",
    AUTH_KEYS: "hunter2-secret",
    LOG_LEVEL: "loud",
    DEDUPE: "perhaps",
    CACHE_ENTRIES: "-1",
    CLIENT_ADDRESS: "half",
    SQLITE_SYNC: "sometimes",
    LEGACY_METRICS: "2",
    DISK_FREE_MB: "1e3",
    DRAIN_TIMEOUT_MS: "1.5",
    DESK_PORT: "-1",
    DESK_URL: "desk",
    WATCH_TARGETS: "http://127.0.0.1:8080,localhost",
    WATCH_CANARY: "c".repeat(256),
    WATCH_KEY: "hunter2".repeat(40),
    WATCH_SPEED: "61",
    SMTP_URL: "mail.example:hunter2",
    MAIL_FROM: "srenity",
    MAIL_TO: "oncall@example.org,nobody",
    MAIL_ESCALATION_TO: "a@b@c",
    MAIL_DRILL_TO: "<drill@example.org>",
    ESCALATE_AFTER_MIN: "0",
    QUIET_HOURS: "22-7",
    WEBHOOK_SECRET: "hunter2".repeat(40),
    HEARTBEAT_URL: "ftp://example.org",
    DRILLS: "sometimes",
    OTEL_EXPORTER_OTLP_ENDPOINT: "127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer hunter2",
    OTEL_SERVICE_NAME: "n".repeat(256),
    OTEL_TRACES_SAMPLER_ARG: "1 %",
  };
  const secrets = new Set(["AUTH_KEYS", "OTEL_EXPORTER_OTLP_HEADERS", "WATCH_KEY", "SMTP_URL", "WEBHOOK_SECRET"]);
  const free = ["DATA_DIR", "WATCH_LOGS", "NOTIFY_URLS"];
  expect([...Object.keys(malformed), ...free].toSorted()).toEqual(
    describeSettings()
      .map(({ name }) => name)
      .toSorted(),
  );
  const errors = await refusalOf({ folder: folder.path, settings: malformed });
  const lines = errors.trimEnd().split("\n");
  expect(lines[0]).toBe(`srenity serve: ${Object.keys(malformed).length} settings are wrong:`);
  for (const [name, value] of Object.entries(malformed)) {
    const shown = secrets.has(name) ? "" : `=${JSON.stringify(value)}`;
    expect(lines.filter((line) => line.startsWith(`  ${name}${shown} must be `))).toHaveLength(1);
  }
  expect(lines).toHaveLength(1 + Object.keys(malformed).length);
  expect(errors).not.toContain("hunter2");
});

test("anything but loopback is refused without a key, and starts with AUTH_KEYS, with a created key and with AUTH=off", async () => {
  using folder = temporaryFolder();
  const HOST = "0.0.0.0";
  const secret = "a-secret-of-sixteen-or-more";
  const sentence = await refusalOf({ folder: folder.path, settings: { HOST } });
  for (const way of ["srenity key create", "AUTH_KEYS", "AUTH=off"]) expect(sentence).toContain(way);
  expect(sentence).toMatch(/^srenity serve: [^\n]+\.\n$/);
  const statusOf = async (settings: Record<string, string>, key?: string): Promise<number> => {
    await using service = await startRunningService({ folder: folder.path, settings: { HOST, ...settings } });
    const { port } = new URL(service.address);
    const { status } = await fetch(`http://127.0.0.1:${port}/users`, { headers: key === undefined ? {} : { Authorization: `Bearer ${key}` } });
    expect(service.output()).not.toContain(key ?? secret);
    return status;
  };
  expect(await statusOf({ AUTH: "off" })).toBe(200);
  expect(await statusOf({ AUTH_KEYS: secret })).toBe(401);
  expect(await statusOf({ AUTH_KEYS: secret }, secret)).toBe(200);
  const made = await runCommand(["key", "create", "--name", "first", "--role", "viewer"], folder.path);
  expect(made.status).toBe(0);
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({}, made.output.trim())).toBe(200);
  await runCommand(["key", "revoke", "1"], folder.path);
  await refusalOf({ folder: folder.path, settings: { HOST } });
}, 40_000);
