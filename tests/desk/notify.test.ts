import { describe, expect, test } from "bun:test";
import { readAcknowledgeToken } from "../../src/desk/notify/acknowledge-link.ts";
import type { Channel } from "../../src/desk/notify/channel.ts";
import { createMailChannel } from "../../src/desk/notify/mail-channel.ts";
import { readSmtpUrl } from "../../src/desk/notify/read-smtp-url.ts";
import { createSlackChannel } from "../../src/desk/notify/slack-channel.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { alertOf, type HandClock, hourMs, minuteMs, type NotifyDesk, openNotifyDesk, startMail } from "./notify-parts.ts";
import { startReceiver } from "./receiver.ts";

const startMs = Date.UTC(2026, 10, 25, 3, 12);
const settleMs = 5_000;

/** Lets an outage run from its first alert to its review, with much waiting, and a new desk on the same folder before each step if wanted. */
async function liveThrough(folder: string, channel: Channel, isRestarted: boolean): Promise<void> {
  const clock: HandClock = { nowMs: startMs };
  let at: NotifyDesk = openNotifyDesk({ folder, clock, channels: [channel] });
  const pass = async (durationMs: number): Promise<void> => {
    if (isRestarted) {
      at[Symbol.dispose]();
      at = openNotifyDesk({ folder, clock, channels: [channel] });
    }
    await at.pass(durationMs);
    expect(at.faults).toEqual([]);
  };
  const fired = alertOf(clock);
  const id = at.desk.alertChanged(fired, clock.nowMs)!.id;
  for (const durationMs of [0, settleMs, settleMs, 15 * minuteMs, minuteMs]) await pass(durationMs);
  at.desk.acknowledge(id, { author: "ana", nowMs: clock.nowMs });
  for (const durationMs of [3 * hourMs, hourMs, minuteMs]) await pass(durationMs);
  at.desk.alertChanged({ ...fired, isFiring: false, endsAtMs: clock.nowMs }, clock.nowMs);
  for (const durationMs of [0, minuteMs]) await pass(durationMs);
  at.desk.review(id, { author: "ana", nowMs: clock.nowMs });
  for (const durationMs of [0, 48 * hourMs]) await pass(durationMs);
  const kinds = at.store.timeline(id).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "notified")).toHaveLength(8);
  expect(kinds.filter((kind) => kind === "escalated")).toHaveLength(1);
  at[Symbol.dispose]();
}

test.each([false, true])("an outage is told once for each reason, in one thread of mails, with a restart at each step: %p", async (isRestarted) => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  await liveThrough(folder.path, mail.channel, isRestarted);
  const told = mail.mails().map(({ to, subject }) => `${to.join()} ${subject}`);
  const expected = [
    "ana@srenity.example [FIRING]",
    "boss@srenity.example [ESCALATED]",
    "ana@srenity.example [STILL OPEN]",
    "boss@srenity.example [STILL OPEN]",
    "ana@srenity.example [RESOLVED]",
    "boss@srenity.example [RESOLVED]",
    "ana@srenity.example [REVIEWED]",
    "boss@srenity.example [REVIEWED]",
  ];
  expect(told.toSorted()).toEqual(expected.map((start) => `${start} The link service does not answer (INC-1)`).toSorted());
  expect(new Set(mail.mails().map(({ headers }) => headers["references"])).size).toBe(1);
  expect(new Set(mail.mails().map(({ headers }) => headers["message-id"])).size).toBe(told.length);
});

test("more alerts that come with the first are waited for before the mail leaves", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
  at.desk.alertChanged(alertOf(clock), clock.nowMs);
  await at.pass(1_000);
  expect(mail.mails()).toEqual([]);
  at.desk.alertChanged(alertOf(clock, { name: "HighErrorRate" }), clock.nowMs);
  await at.pass(settleMs);
  expect(mail.mails().map(({ subject }) => subject)).toEqual(["[FIRING:2] The link service does not answer and 1 more (INC-1)"]);
});

test("a ticket that becomes a page is told as one at once, and a drill says that it is one and goes where drills go", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  const addresses = { team: ["ana@srenity.example"], escalation: [], drill: ["drill@srenity.example"] };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel], addresses });
  at.desk.alertChanged(alertOf(clock, { name: "HighMemory", severity: "ticket" }), clock.nowMs);
  await at.pass(settleMs);
  at.desk.alertChanged(alertOf(clock), clock.nowMs);
  await at.pass(0);
  at.desk.alertChanged(alertOf(clock, { name: "HighErrorRate", isDrill: true, service: "drill" }), clock.nowMs);
  await at.pass(settleMs);
  const told = mail.mails().map(({ to, subject }) => `${to.join()} ${subject.replace(/ The link.*/, "")}`);
  expect(told).toEqual(["ana@srenity.example [FIRING]", "ana@srenity.example [NOW A PAGE:2]", "drill@srenity.example [DRILL] [FIRING]"]);
  expect(mail.mails().at(-1)!.text).toContain("This is a drill.");
});

test("the link in a mail acknowledges for the one who got it, once, and not after it expired", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
  at.desk.alertChanged(alertOf(clock), clock.nowMs);
  await at.pass(settleMs);
  const token = /https:\/\/desk\.example\/acknowledge\/(\S+)/.exec(mail.mails()[0]!.text)![1]!;
  expect(mail.mails()[0]!.html).toContain(token);
  const read = readAcknowledgeToken(token, at.links.key, clock.nowMs);
  if (read.outcome !== "valid") throw new Error(read.outcome);
  expect(read.link).toMatchObject({ incidentId: 1, recipient: "ana@srenity.example" });
  const spent = { digest: read.digest, expiresAtMs: read.link.expiresAtMs };
  expect([at.links.isUsed(read.digest), at.links.use(spent, clock.nowMs), at.links.use(spent, clock.nowMs), at.links.isUsed(read.digest)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect(readAcknowledgeToken(token, at.links.key, clock.nowMs + 49 * hourMs).outcome).toBe("expired");
  using again = openNotifyDesk({ folder: folder.path, clock, channels: [] });
  expect(readAcknowledgeToken(token, again.links.key, clock.nowMs).outcome).toBe("valid"); // the key is kept
  expect(again.links.use(spent, clock.nowMs)).toBe(false);
});

test("2 000 alerts of one outage are one mail that lists twenty and counts the rest, in under two seconds of processor time", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  const clock: HandClock = { nowMs: startMs };
  using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
  const before = process.cpuUsage();
  for (let number = 0; number < 2_000; number++)
    at.desk.alertChanged(alertOf(clock, { name: `Alert${number}`, fingerprint: `f${number}`, labels: { number: String(number) } }), clock.nowMs);
  await at.pass(settleMs);
  const { user, system } = process.cpuUsage(before);
  await at.pass(minuteMs);
  expect(mail.mails()).toHaveLength(1);
  const [only] = mail.mails();
  expect(only!.subject).toBe("[FIRING:2000] The link service does not answer and 1999 more (INC-1)");
  expect(only!.text.match(/^FIRING: /gm)).toHaveLength(20);
  expect(only!.text).toContain("… and 1980 more.");
  expect(only!.html).toContain("… and 1980 more.");
  expect((user + system) / 1_000).toBeLessThan(2_000);
});

describe("a mail server", () => {
  test.each([421, 451])("that answers %d is tried again until it takes the mail, which then is there once", async (status) => {
    using folder = temporaryFolder();
    await using mail = await startMail();
    const clock: HandClock = { nowMs: startMs };
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel] });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    mail.answer(status);
    for (let attempt = 0; attempt < 5; attempt++) await at.pass(minuteMs);
    expect(at.notifications.views()[0]!.lastFault).toContain(String(status));
    expect(at.notifications.counters()).toMatchObject({ waiting: 1, channels: { mail: { sent: 0, dead: 0 } } });
    expect(at.notifications.counters().oldestWaitingMs).toBe(5 * minuteMs);
    mail.answer(null);
    for (let attempt = 0; attempt < 5; attempt++) await at.pass(minuteMs);
    expect(mail.mails().map(({ subject }) => subject)).toEqual(["[FIRING] The link service does not answer (INC-1)"]);
    expect(at.notifications.views()[0]!.lastFault).toBeNull();
    expect(at.notifications.counters()).toMatchObject({ waiting: 0, oldestWaitingMs: 0 });
  });

  test("that is away for an hour gets all mails in their order when it is back, and nothing is given up", async () => {
    using folder = temporaryFolder();
    const clock: HandClock = { nowMs: startMs };
    const first = await startMail();
    await first.stop();
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [first.channel], policy: { escalateAfterMs: 100 * hourMs } });
    const fired = alertOf(clock);
    at.desk.alertChanged(fired, clock.nowMs);
    for (let passed = 0; passed < 60; passed++) await at.pass(minuteMs);
    await using back = await startMail(first.port);
    at.desk.alertChanged({ ...fired, isFiring: false }, clock.nowMs);
    for (let passed = 0; passed < 6; passed++) await at.pass(minuteMs);
    expect(back.mails().map(({ subject }) => subject.split(" ")[0])).toEqual(["[FIRING]", "[RESOLVED]"]);
    expect(at.store.timeline(1).some(({ text }) => text.includes("given up"))).toBe(false);
  });

  test("that is away for more than a day: the mail is given up, and the timeline says so", async () => {
    using folder = temporaryFolder();
    const clock: HandClock = { nowMs: startMs };
    const gone = await startMail();
    await gone.stop();
    using at = openNotifyDesk({
      folder: folder.path,
      clock,
      channels: [gone.channel],
      policy: { escalateAfterMs: 100 * hourMs, remindPageAfterMs: 100 * hourMs },
    });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    for (let passed = 0; passed < 145; passed++) await at.pass(10 * minuteMs);
    expect(at.notifications.counters()).toMatchObject({ waiting: 0, channels: { mail: { sent: 0, dead: 1 } } });
    const failure = at.store.timeline(1).find(({ kind }) => kind === "notification_failed");
    expect(failure?.text).toMatch(/^mail to ana@srenity\.example: given up after 1\d\d attempts: /);
  });

  test("that refuses for good (550) is not tried again, and another channel is told at once", async () => {
    using folder = temporaryFolder();
    await using mail = await startMail();
    await using chat = startReceiver();
    const clock: HandClock = { nowMs: startMs };
    const slack = createSlackChannel({ name: "slack", address: `${chat.address}/services/secret`, user: null, password: null });
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [mail.channel, slack], policy: { escalateAfterMs: 100 * hourMs } });
    mail.answer(550);
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    await at.pass(settleMs);
    await at.pass(0);
    const texts = chat.received.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    expect(texts).toHaveLength(2);
    expect(texts[1]).toContain("[NOT DELIVERED] The link service does not answer (INC-1)");
    expect(texts[1]).toContain("Mail to ana@srenity.example cannot be delivered: 550");
    mail.answer(null);
    await at.pass(hourMs);
    expect(mail.mails()).toEqual([]);
    expect(chat.received).toHaveLength(2);
    expect(at.notifications.counters().channels).toEqual({ mail: { sent: 0, failed: 1, dead: 1 }, slack: { sent: 2, failed: 0, dead: 0 } });
  });

  test("that refuses one address for good: with mail alone, the other address is told", async () => {
    using folder = temporaryFolder();
    await using mail = await startMail();
    const clock: HandClock = { nowMs: startMs };
    const picky: Channel = {
      ...mail.channel,
      send: (message) => {
        mail.answer(message.recipient === "ana@srenity.example" ? 550 : null);
        return mail.channel.send(message);
      },
    };
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [picky], policy: { escalateAfterMs: 100 * hourMs } });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    await at.pass(settleMs);
    await at.pass(0);
    expect(mail.mails().map(({ to, subject }) => [to[0], subject.split("]")[0]])).toEqual([["boss@srenity.example", "[NOT DELIVERED"]]);
  });

  test("that is away: a page is told by another channel at once and once, a ticket waits for the server", async () => {
    using folder = temporaryFolder();
    await using chat = startReceiver();
    const gone = await startMail();
    await gone.stop();
    const clock: HandClock = { nowMs: startMs };
    const slack = createSlackChannel({ name: "slack", address: chat.address, user: null, password: null });
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [gone.channel, slack], policy: { escalateAfterMs: 100 * hourMs } });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    at.desk.alertChanged(alertOf(clock, { name: "CacheHitRateLow", severity: "ticket", service: "other" }), clock.nowMs);
    await at.pass(settleMs);
    for (let passed = 0; passed < 10; passed++) await at.pass(minuteMs);
    const undelivered = chat.received.map(({ body }) => body).filter((body) => body.includes("NOT DELIVERED"));
    expect(undelivered).toHaveLength(1);
    expect(undelivered[0]).toContain("INC-1");
    expect(undelivered[0]).toContain("is tried again");
    expect(chat.received).toHaveLength(3);
  });

  test("that never answers holds up neither the other channels nor, after its time is over, the desk", async () => {
    using folder = temporaryFolder();
    await using chat = startReceiver();
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
    const clock: HandClock = { nowMs: startMs };
    const slow = createMailChannel({ server: readSmtpUrl(`smtp://127.0.0.1:${silent.port}`), from: "desk@srenity.example", timeoutMs: 1_500 });
    const slack = createSlackChannel({ name: "slack", address: chat.address, user: null, password: null });
    using at = openNotifyDesk({ folder: folder.path, clock, channels: [slow, slack] });
    at.desk.alertChanged(alertOf(clock), clock.nowMs);
    const startedMs = performance.now();
    const sending = at.pass(settleMs);
    await waitUntil("the first page is in the chat", 1_000, () => chat.received.length === 1);
    at.desk.alertChanged(alertOf(clock, { name: "HighMemory", service: "other" }), clock.nowMs);
    const sendingMore = at.pass(settleMs);
    await waitUntil("the second page is in the chat", 1_000, () => chat.received.length === 2);
    expect(performance.now() - startedMs).toBeLessThan(1_400);
    await Promise.all([sending, sendingMore]);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect(at.notifications.views()[0]!.lastFault).toMatch(/time|no answer/i);
    silent.stop(true);
  });
});
