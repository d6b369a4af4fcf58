import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Channel } from "../../src/desk/notify/channel.ts";
import { waitingMost } from "../../src/desk/notify/enqueue.ts";
import { deskDatabaseName } from "../../src/storage/sqlite/desk/open-desk.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { alertOf, type HandClock, minuteMs, openNotifyDesk, startMail } from "./notify-parts.ts";

const startMs = Date.UTC(2026, 10, 25, 3, 12);
const settleMs = 5_000;

test("a crash between sending and noting it makes a second mail, the same with the same Message-ID, and no third", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  const dying: Channel = { ...mail.channel, send: (message) => mail.channel.send(message).then(() => new Promise<never>(() => {})) };
  {
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [dying] });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    at.desk.alertChanged(alertOf(clock, { name: "HighErrorRate" }), clock.nowMs);
    void at.pass(settleMs);
    await waitUntil("the mail is there", 5_000, () => mail.mails().length === 1);
    at.desk.alertChanged(alertOf(clock, { name: "StoreErrors" }), clock.nowMs);
  }
  using again = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
  for (let passed = 0; passed < 5; passed++) await again.pass(minuteMs);
  expect(mail.mails()).toHaveLength(2);
  expect(new Set(mail.mails().map(({ headers }) => headers["message-id"])).size).toBe(1);
  expect(new Set(mail.mails().map(({ subject, text }) => subject + text)).size).toBe(1);
});

test("a mail whose sending cannot be noted, because the store is locked, is noted later and not sent again", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  const other = { lock: (): void => {} };
  const locking: Channel = {
    ...mail.channel,
    send: (message) => {
      other.lock();
      return mail.channel.send(message);
    },
  };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [locking] });
  using second = new Database(join(folder.path, deskDatabaseName));
  other.lock = () => void second.run("BEGIN IMMEDIATE");
  at.desk.alertChanged(alertOf(clock), clock.nowMs);
  await at.pass(settleMs);
  expect(String(at.faults[0])).toContain("locked");
  second.run("COMMIT");
  other.lock = () => {};
  expect(at.outbox.counts().waiting).toBe(1);
  for (let passed = 0; passed < 3; passed++) await at.pass(minuteMs);
  expect(at.outbox.counts().waiting).toBe(0);
  expect(mail.mails()).toHaveLength(1);
});

test("what waits for a server leaves with the first mail that it takes again", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel], policy: { escalateAfterMs: 1_440 * minuteMs } });
  mail.answer(451);
  for (const [service, attempts] of [
    ["one", 7],
    ["two", 3],
  ] as const) {
    at.desk.alertChanged(alertOf(clock, { service, fingerprint: service }), clock.nowMs);
    for (let attempt = 0; attempt < attempts; attempt++) await at.pass(5 * minuteMs);
  }
  mail.answer(null);
  for (let passed = 0; passed < 20 && mail.mails().length === 0; passed++) await at.pass(10_000);
  expect(mail.mails()).toHaveLength(2);
});

test("a message that a living sender has not reported on is tried again when its time is over", () => {
  using folder = temporaryFolder();
  const clock: HandClock = { nowMs: startMs };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [] });
  const row = {
    notification: "n",
    incidentId: 1,
    channel: "mail",
    recipient: "a",
    isUrgent: true,
    payload: "{}",
    createdAtMs: startMs,
    nextAttemptAtMs: startMs,
  };
  at.outbox.put({ ...row, key: "k" });
  const options = { channel: "mail", leaseMs: 90_000, waitMostMs: 3_600_000, limit: 8 };
  const [first] = at.outbox.claim({ ...options, nowMs: startMs });
  expect(at.outbox.claim({ ...options, nowMs: startMs + 89_000 })).toEqual([]);
  const [second] = at.outbox.claim({ ...options, nowMs: startMs + 90_000 });
  expect(second!.id).toBe(first!.id);
  expect(at.outbox.markSent(first!, startMs)).toBe(false); // its claim is over
  expect(at.outbox.markSent(second!, startMs)).toBe(true);
  expect(at.outbox.put({ ...row, key: "k" })).toBe(false);
});

test("a clock that is set back by a day does not keep a message waiting", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
  mail.answer(451);
  at.desk.alertChanged(alertOf(clock), clock.nowMs);
  await at.pass(settleMs);
  mail.answer(null);
  await at.pass(-1_440 * minuteMs);
  expect(mail.mails()).toHaveLength(1);
});

test("a channel that left the settings: what waited for it is given up, said so, and told by another", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  {
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [{ ...mail.channel, name: "pager", kind: "webhook" }] });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
  }
  using again = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
  await again.pass(settleMs);
  expect(again.store.timeline(1).find(({ kind }) => kind === "notification_failed")?.text).toContain("no longer in the settings");
  expect(again.outbox.counts().waiting).toBe(0);
  expect(mail.mails()[0]!.subject).toStartWith("[NOT DELIVERED]");
});

test("a full outbox gives up the oldest tickets first, then pages, and counts and tells both", () => {
  using folder = temporaryFolder();
  const clock: HandClock = { nowMs: startMs };
  const unsent: Channel = { name: "mail", kind: "mail", target: "", send: () => Promise.reject(new Error("not in this test")) };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [unsent] });
  const open = (count: number, severity: "page" | "ticket"): void =>
    at.store.together(() => {
      for (let number = 0; number < count; number++)
        at.desk.declare({ title: "Something fails", severity, service: `${severity}-${number}` }, { author: "ana", nowMs: clock.nowMs });
    });
  open(waitingMost - 100, "page");
  open(100, "ticket");
  expect(at.notifications.counters()).toMatchObject({ waiting: waitingMost, givenUpForRoom: { pages: 0, tickets: 0 } });
  open(130, "page");
  expect(at.notifications.counters()).toMatchObject({ waiting: waitingMost, givenUpForRoom: { pages: 30, tickets: 100 } });
  for (const id of [1, waitingMost]) expect(at.store.timeline(id).map(({ kind }) => kind)).toEqual(["opened", "notification_failed"]);
});

test("a desk that is killed again and again while it opens incidents and sends tells every one of them, and twice only with one Message-ID", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const opened: number[] = [];
  const start = async (news: number, killAfterMs: number | null): Promise<void> => {
    await using child = Bun.spawn(
      [process.execPath, Bun.fileURLToPath(import.meta.resolve("./notify-child.ts")), folder.path, String(mail.port), String(news)],
      {
        stdout: "pipe",
      },
    );
    let said = "";
    const reading = (async (): Promise<void> => {
      for await (const piece of child.stdout as AsyncIterable<Uint8Array>) said += new TextDecoder().decode(piece);
    })();
    await waitUntil("the desk is open", 10_000, () => said.includes("open\n"));
    if (killAfterMs === null) await waitUntil("everything is sent", 20_000, () => said.includes("idle\n"));
    else await Bun.sleep(killAfterMs); // a moment that nothing announces
    child.kill("SIGKILL");
    await Promise.all([child.exited, reading]);
    opened.push(...[...said.matchAll(/opened (\d+)\n/g)].map(([, id]) => Number(id)));
  };
  for (const killAfterMs of [15, 45, 90, 160, 260]) await start(1_000, killAfterMs);
  await start(0, null);
  expect(opened.length).toBeGreaterThan(5);
  const idsOf = new Map<string, Set<string>>();
  for (const { subject, headers } of mail.mails()) idsOf.set(subject, (idsOf.get(subject) ?? new Set()).add(headers["message-id"] ?? ""));
  for (const id of opened) expect([...(idsOf.get(`[FIRING] The link service does not answer (INC-${id})`) ?? [])]).toHaveLength(1);
  for (const ids of idsOf.values()) expect(ids.size).toBe(1);
}, 60_000);
