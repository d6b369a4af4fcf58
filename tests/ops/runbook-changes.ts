import { expect } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { send } from "../harness/send.ts";
import { waitUntil } from "../harness/wait-until.ts";
import type { RunbookStage } from "./runbook-stage.ts";

/** How long a change may take to show, in milliseconds. */
const effectTimeoutMs = 15_000;
const weekMs = 7 * 86_400_000;

/** Pastes the block beside the spare service, with further variables, and gives its output; the test fails when the block does. */
type Paste = (more?: Readonly<Record<string, string>>) => Promise<string>;

/** A block that changes something, found by a part of it, and the proof that it does what its runbook promises. */
export interface RunbookChange {
  readonly contains: string;
  readonly promise: string;
  prove(stage: RunbookStage, paste: Paste): Promise<void>;
}

const stateOf = (pid: number): string => /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
const portOf = ({ address }: { address: string }): string => new URL(address).port;

/** A process that writes to the store of a folder and does not end. */
async function startLockHolder(folder: string): Promise<Bun.Subprocess> {
  const program = `const store = new (require("bun:sqlite").Database)(process.argv[1]); store.run("BEGIN EXCLUSIVE"); console.log("locked"); setInterval(() => store.filename, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", program, join(folder, "srenity.db")], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toContain("locked");
  return child;
}

async function proveRestart({ spare }: RunbookStage, paste: Paste): Promise<void> {
  const before = spare.servingPid();
  await paste();
  await waitUntil("another process serves", effectTimeoutMs, () => ![before, null].includes(spare.servingPid()));
  await spare.untilReady();
}

async function proveRestore(stage: RunbookStage, paste: Paste): Promise<void> {
  const { spare } = stage;
  const backup = join(stage.folder, "backup.db");
  const users = async (): Promise<number> => ((await send(`${spare.address}/users`, "GET")).json as unknown[]).length;
  const before = await users();
  expect(await stage.run('DATA_DIR="$DATA" npm run srenity -- backup "$BACKUP"', { DATA: spare.folder, BACKUP: backup })).toMatchObject({ status: 0 });
  await send(`${spare.address}/users`, "POST", { body: { username: "later", email: "later@example.com" } });
  expect(await users()).toBe(before + 1);
  expect(await paste({ BACKUP: backup, PORT: portOf(spare) })).toContain("Restored:");
  await spare.untilReady();
  expect(await users()).toBe(before);
}

async function proveSpoolMoved({ spare }: RunbookStage, paste: Paste): Promise<void> {
  await spare.stop();
  writeFileSync(join(spare.folder, "spool.db"), "no database".repeat(1_000));
  await paste();
  expect(readdirSync(join(spare.folder, "spool-damaged"))).toContain("spool.db");
  await spare.start();
}

async function proveLogEmptied({ spare }: RunbookStage, paste: Paste): Promise<void> {
  const before = readFileSync(spare.log, "utf8");
  await paste();
  expect(statSync(spare.log).size).toBeLessThan(before.length);
  const copy = readdirSync(join(spare.log, "..")).find((name) => /^spare\.log\..*\.gz$/.test(name)) ?? "";
  expect(new TextDecoder().decode(Bun.gunzipSync(readFileSync(join(spare.log, "..", copy))))).toStartWith(before);
  await send(`${spare.address}/urls`, "GET");
  await waitUntil("the log goes on from its beginning", effectTimeoutMs, () => readFileSync(spare.log, "utf8").startsWith('{"level"'));
}

async function proveOldStoresDeleted({ spare }: RunbookStage, paste: Paste): Promise<void> {
  const [old, recent] = ["old", "recent"].map((name) => join(spare.folder, `srenity.db.before-restore-${name}`)) as [string, string];
  for (const file of [old, recent]) writeFileSync(file, "");
  const longAgo = new Date(Date.now() - 2 * weekMs);
  utimesSync(old, longAgo, longAgo);
  await paste();
  expect([old, recent, join(spare.folder, "srenity.db")].map((file) => existsSync(file))).toEqual([false, true, true]);
}

function proveSilence(alert: string): RunbookChange["prove"] {
  return async ({ addresses }, paste) => {
    await paste();
    const { json } = await send(`${addresses.alertmanager}/api/v2/silences`, "GET");
    const silences = json as { matchers: { name: string; value: string }[]; status: { state: string } }[];
    const matching = silences.filter(({ matchers }) => matchers.some(({ name, value }) => name === "alertname" && value === alert));
    expect(matching.map(({ status }) => status.state)).toEqual(["active"]);
  };
}

/** Every block of the runbooks that changes something. What stands in sentences (`systemctl`, `certbot`, …) needs a machine that has it, and is not run. */
export const changesOf: readonly RunbookChange[] = [
  {
    contains: "LOG=${LOG:-srenity.log}\nDATA_DIR=",
    promise: "the start of a service that is gone starts it",
    prove: async ({ spare }, paste) => {
      await spare.stop();
      await paste({ PORT: portOf(spare) });
      await spare.untilReady();
    },
  },
  {
    contains: 'kill -CONT "$pid"',
    promise: "the end of a suspension lets the service go on",
    prove: async ({ spare }, paste) => {
      const pid = spare.servingPid() as number;
      process.kill(pid, "SIGSTOP");
      await waitUntil("it stands still", effectTimeoutMs, () => stateOf(pid) === "T");
      await paste();
      await spare.untilReady();
      expect(spare.servingPid()).toBe(pid);
    },
  },
  { contains: 'kill -KILL "$pid"', promise: "the kill of a service that hangs makes its supervisor start another", prove: proveRestart },
  { contains: 'kill -TERM "$pid"\n', promise: "the restart of a service makes its supervisor start another", prove: proveRestart },
  {
    contains: 'if [ "$pid" != "$serving" ]',
    promise: "the end of who holds the lock ends it and not the service",
    prove: async ({ spare }, paste) => {
      const serving = spare.servingPid();
      await using holder = await startLockHolder(spare.folder);
      const isLocked = async (): Promise<boolean> => (await send(`${spare.address}/ready`, "GET")).text.includes("store_writable (The store is locked)");
      await waitUntil("the lock is felt", effectTimeoutMs, isLocked);
      await paste();
      await holder.exited;
      await spare.untilReady();
      expect(spare.servingPid()).toBe(serving);
    },
  },
  { contains: "srenity -- restore", promise: "the restore puts the backup in place and the service serves it", prove: proveRestore },
  { contains: "spool-damaged", promise: "the move of a damaged spool lets the service start", prove: proveSpoolMoved },
  { contains: "truncate -s 0", promise: "the rotation of the log keeps its lines, and the service goes on writing", prove: proveLogEmptied },
  { contains: "before-restore-", promise: "the deletion of old stores keeps new ones and the store itself", prove: proveOldStoresDeleted },
  {
    contains: "disk-test",
    promise: "the test of the disk leaves nothing behind",
    prove: async ({ spare }, paste) => {
      await paste();
      expect(readdirSync(spare.folder)).not.toContain("disk-test");
    },
  },
  {
    contains: "renice",
    promise: "the lowest priority goes to the process that is named",
    prove: async (stage, paste) => {
      await using busy = Bun.spawn(["sleep", "60"]);
      await paste({ BUSY: String(busy.pid) });
      expect((await stage.run(`ps -o ni= -p ${busy.pid}`)).output.trim()).toBe("19");
    },
  },
  { contains: "alertname=TrafficDropped", promise: "the silence of TrafficDropped is active", prove: proveSilence("TrafficDropped") },
  { contains: "alertname=NotFoundSurge", promise: "the silence of NotFoundSurge is active", prove: proveSilence("NotFoundSurge") },
  { contains: "alertname=RateLimitSurge", promise: "the silence of RateLimitSurge is active", prove: proveSilence("RateLimitSurge") },
  {
    contains: "CODE=${CODE:-spring-sale}",
    promise: "the link for a code that people follow redirects at once",
    prove: async ({ watched }, paste) => {
      expect((await send(`${watched.address}/spring-sale`, "GET")).status).toBe(404);
      expect(await paste()).toContain('"short_code":"spring-sale"');
      expect((await send(`${watched.address}/spring-sale`, "GET")).status).toBe(302);
    },
  },
  {
    contains: "--mail-from",
    promise: "the test mail arrives",
    prove: async ({ mails }, paste) => {
      await paste();
      await waitUntil("it arrives", effectTimeoutMs, () => mails.mails().some(({ subject }) => subject === "test of the alert mails"));
    },
  },
  {
    contains: '"$ALERTMANAGER/-/reload"',
    promise: "the reload of Alertmanager succeeds",
    prove: async (_stage, paste) => expect(await paste()).toContain("status 200"),
  },
  {
    contains: '"$PROMETHEUS/-/reload"',
    promise: "the reload of Prometheus succeeds",
    prove: async (_stage, paste) => expect(await paste()).toContain("status 200"),
  },
];
