import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import type { ReceivedMail } from "../../scripts/observe/mail-sink.ts";
import type { Channel, SendResult } from "../../src/desk/notify/channel.ts";
import { createMailChannel } from "../../src/desk/notify/mail-channel.ts";
import { type Message, takeSnapshot } from "../../src/desk/notify/message.ts";
import { readNotifyUrls } from "../../src/desk/notify/read-notify-urls.ts";
import { readSmtpUrl } from "../../src/desk/notify/read-smtp-url.ts";
import { signWebhook } from "../../src/desk/notify/sign-webhook.ts";
import { createSlackChannel } from "../../src/desk/notify/slack-channel.ts";
import { readWebhookKeys } from "../../src/desk/notify/webhook-channel.ts";
import type { Incident } from "../../src/storage/desk/incident-store.ts";
import { freePorts } from "../harness/free-ports.ts";
import { temporaryFolder } from "../harness/temporary-folder.ts";
import { alertOf, fromAddress, openNotifyDesk, startMail } from "./notify-parts.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const nowMs = Date.UTC(2026, 10, 25, 3, 12);
const secretText = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
/** What an alert could be named to do harm in mails and chats. */
const hostile = `<img src=x onerror=alert(1)> <!channel> @everyone [click](http://evil.example) *b* \r\nBcc: all@example.org & "more"`;

const incident: Incident = {
  id: 12,
  title: hostile,
  severity: "page",
  service: "link-service",
  slo: "redirect-availability",
  groupKey: "",
  state: "open",
  isDrill: false,
  impactStartedAtMs: nowMs - 120_000,
  openedAtMs: nowMs,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  mitigatedAtMs: null,
  resolvedAtMs: null,
  reviewedAtMs: null,
  mergedInto: null,
  publicPhase: null,
  version: 1,
};

function messageOf(change: Partial<Message> = {}, count = 5): Message {
  const alerts = Array.from({ length: count }, (_, number) => {
    const { name, labels, annotations, startsAtMs } = alertOf({ nowMs });
    return { incidentId: 12, fingerprint: String(number), name, labels, annotations: { ...annotations, impact: hostile }, startsAtMs, endsAtMs: null };
  });
  return {
    ...takeSnapshot(incident, alerts, "https://desk.example/incidents/12"),
    key: "INC-12/first/0/x/",
    reason: "first",
    isUrgent: true,
    createdAtMs: nowMs,
    note: null,
    recipient: "ana@srenity.example",
    acknowledgeUrl: "https://desk.example/acknowledge/token",
    ...change,
  };
}

function channelTo(receiver: Receiver, kind: string, path = "/secret-path"): Channel {
  const address = receiver.address.replace("http://", kind === "ntfy" ? "http://:tk_secret@" : "http://");
  const [channel] = readNotifyUrls(`${kind}+${address}${path}`, { webhookKeys: readWebhookKeys(secretText), nowMs: () => nowMs });
  return channel as Channel;
}

describe("a channel that posts", () => {
  test.each(["slack", "discord", "teams", "ntfy", "webhook"])("%s: carries a trace, and says what the server answered, but no secret", async (kind) => {
    await using receiver = startReceiver();
    const channel = channelTo(receiver, kind);
    const sent = await channel.send(messageOf());
    expect(sent.isSent).toBe(true);
    expect(sent.answer).toStartWith("HTTP 200");
    expect(receiver.received[0]!.headers.get("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    receiver.answer(() => new Response("no_service at /secret-path\n", { status: 404 }));
    expect(await channel.send(messageOf())).toEqual({ isSent: false, answer: "HTTP 404: no_service at …", isPermanent: true });
  });

  test.each([
    [400, true],
    [401, false],
    [403, false],
    [404, true],
    [410, true],
    [429, false],
    [500, false],
    [503, false],
  ])("takes %d for permanent: %p", async (status, isPermanent) => {
    await using receiver = startReceiver();
    receiver.answer(() => new Response("why", { status, headers: { "Retry-After": "7" } }));
    expect(await channelTo(receiver, "slack").send(messageOf())).toEqual({ isSent: false, answer: `HTTP ${status}: why`, isPermanent, retryAfterMs: 7_000 });
  });

  test("follows no redirect, reads a limited part of an answer, and waits a limited time", async () => {
    await using receiver = startReceiver();
    const target = { name: "slack", address: `${receiver.address}/a`, user: null, password: null, timeoutMs: 200 };
    const channel = createSlackChannel(target);
    receiver.answer(() => Response.redirect(`${receiver.address}/elsewhere`));
    expect(await channel.send(messageOf())).toMatchObject({ isSent: false, isPermanent: true });
    expect(receiver.received.map(({ path }) => path)).toEqual(["/a"]);
    receiver.answer(() => new Response(endless(65_536)));
    expect((await channel.send(messageOf())).answer).toHaveLength(300);
    receiver.answer(() => new Response(endless(0)));
    expect(await channel.send(messageOf())).toEqual({ isSent: true, answer: "HTTP 200" }); // it took the message, whatever it still says
    receiver.answer(() => new Promise<Response>(() => {}));
    expect(await channel.send(messageOf())).toEqual({ isSent: false, answer: "no answer within 200 ms", isPermanent: false });
    const [port] = await freePorts(1);
    const gone = createSlackChannel({ ...target, address: `http://127.0.0.1:${port}/` });
    expect(await gone.send(messageOf())).toMatchObject({ isSent: false, isPermanent: false });
  });
});

/** A body that goes on as long as it is read, in pieces of a size; or begins and then says no more. */
function endless(pieceBytes: number): ReadableStream<Uint8Array> {
  let hasBegun = false;
  return new ReadableStream({
    pull: async (controller) => {
      if (pieceBytes === 0 && hasBegun) await new Promise(() => {});
      controller.enqueue(new Uint8Array(pieceBytes || 1).fill(120));
      hasBegun = true;
    },
  });
}

describe("what is told", () => {
  const posted = async (kind: string, message = messageOf()): Promise<{ json: any; received: Receiver["received"][number] }> => {
    await using receiver = startReceiver();
    await channelTo(receiver, kind).send(message);
    return { json: JSON.parse(receiver.received[0]!.body), received: receiver.received[0]! };
  };

  test("in Slack links to the incident, calls nobody and is no markup", async () => {
    const { json } = await posted("slack");
    expect(json.text).toStartWith("*<https://desk.example/incidents/12|[FIRING:5] &lt;img");
    expect(json.text).toContain("Do first: Look whether the process runs.");
    expect(json.text).toContain("… and 2 more.");
    expect(json.text).not.toContain("<!channel>");
    expect(json.text).not.toContain("<img");
  });

  test("in Discord waits for the message, mentions nobody, and keeps to the limits of fields", async () => {
    const { json, received } = await posted("discord");
    expect(received.path).toBe("/secret-path?wait=true");
    expect(json.allowed_mentions).toEqual({ parse: [] });
    const [embed] = json.embeds;
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(embed.url).toBe("https://desk.example/incidents/12");
    expect(embed.fields).toHaveLength(3);
    expect(embed.fields[0].value).toContain("\\[click\\](http");
  });

  test("in Teams is an Adaptive Card with a button", async () => {
    const { json } = await posted("teams");
    expect(json.attachments[0].contentType).toBe("application/vnd.microsoft.card.adaptive");
    const { content } = json.attachments[0];
    expect([content.type, content.version]).toEqual(["AdaptiveCard", "1.2"]);
    expect(content.body[0].text).toContain("\\[click\\](http");
    expect(content.actions[0]).toEqual({ type: "Action.OpenUrl", title: "Open the incident", url: "https://desk.example/incidents/12" });
  });

  test("by ntfy goes to the topic with its token, loud for a page and usual for its end", async () => {
    const { json, received } = await posted("ntfy", messageOf({}, 1));
    expect([received.path, json.topic, json.priority, json.click]).toEqual(["/", "secret-path", 5, "https://desk.example/incidents/12"]);
    expect(received.headers.get("authorization")).toBe("Bearer tk_secret");
    const { json: over } = await posted("ntfy", messageOf({ reason: "recovery" }));
    expect(over.priority).toBe(3);
  });

  test("by a signed webhook verifies as Standard Webhooks demands, with an id that is the same in every attempt", async () => {
    const { json, received } = await posted("webhook");
    const id = received.headers.get("webhook-id")!;
    const timestamp = received.headers.get("webhook-timestamp")!;
    expect(id).toMatch(/^msg_[0-9a-f]{40}$/);
    expect(timestamp).toBe(String(nowMs / 1_000));
    const expected = createHmac("sha256", Buffer.alloc(24, 7)).update(`${id}.${timestamp}.${received.body}`).digest("base64");
    expect(received.headers.get("webhook-signature")).toBe(`v1,${expected}`);
    expect(json).toMatchObject({
      type: "incident.opened",
      timestamp: "2026-11-25T03:12:00.000Z",
      data: { incident: { id: 12, severity: "page", state: "open", is_drill: false }, firing_count: 5, alert_count: 5 },
    });
    expect((await posted("webhook")).received.headers.get("webhook-id")).toBe(id);
    expect((await posted("webhook", messageOf({ key: "other" }))).received.headers.get("webhook-id")).not.toBe(id);
  });

  test("by webhook is signed as the published example is", () => {
    const [key] = readWebhookKeys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") as [Uint8Array];
    const example = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestampS: 1_614_265_330, body: `{"test": 2432232314}` };
    const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    expect(signWebhook(example, [key])).toBe(signature);
    expect(signWebhook(example, [key, key])).toBe(`${signature} ${signature}`);
  });
});

describe("a mail", () => {
  test("says what is wrong, since when, what users feel, value, limit, first step and runbook, as text and as HTML", async () => {
    await using mail = await startMail();
    expect(await mail.channel.send(messageOf({}, 1))).toMatchObject({ isSent: true, answer: expect.stringMatching(/^250 /) });
    const [{ text, html, headers, subject, raw }] = mail.mails() as [ReceivedMail];
    for (const part of [
      "The link service does not answer",
      "Firing since 2026-11-25 03:12:00 UTC",
      "Users feel",
      "0 instances that answer",
      "at 0",
      "Look whether the process runs.",
      "https://desk.example/runbooks/LinkServiceDown",
      "https://desk.example/incidents/12",
      "https://desk.example/acknowledge/token",
      "INC-12 · page · link-service · redirect-availability · open",
      "This needs you now: since 2026-11-25 03:10:00 UTC.",
    ]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(subject).toContain("[FIRING] <img");
    expect(html).not.toContain("<img");
    expect(raw.toLowerCase()).not.toMatch(/^bcc:/m);
    expect(headers).toMatchObject({
      "auto-submitted": "auto-generated",
      "list-id": "SREnity incidents <incidents.srenity.example>",
      references: `<inc-12.${nowMs}@srenity.example>`,
      "in-reply-to": `<inc-12.${nowMs}@srenity.example>`,
      importance: "High",
    });
    expect(headers["message-id"]).toMatch(/^<[0-9a-f]{40}@srenity\.example>$/);
  });

  test.each([
    [421, false],
    [451, false],
    [550, true],
  ])("that is refused with %d: the answer is the server's, permanent: %p", async (status, isPermanent) => {
    await using mail = await startMail();
    mail.answer(status);
    const result = await mail.channel.send(messageOf());
    expect(result).toEqual({ isSent: false, answer: expect.stringContaining(`${status}`), isPermanent });
  });

  test("is not handed to a server whose certificate is not trusted, and may be later", async () => {
    using folder = temporaryFolder();
    await using server = await startTlsServer(folder.path);
    const channel = createMailChannel({ server: readSmtpUrl(`smtps://127.0.0.1:${server.port}`), from: fromAddress });
    const result = await channel.send(messageOf());
    expect(result).toMatchObject({ isSent: false, isPermanent: false, answer: expect.stringMatching(/certificate|self.signed|altname|unable to verify/i) });
  });

  test("is not handed, nor is a password, to another machine that offers no TLS", async () => {
    await using mail = await startMail();
    const server = { ...readSmtpUrl(`smtp://me:password@127.0.0.1:${mail.port}`), demandsTls: true };
    const result = await createMailChannel({ server, from: fromAddress }).send(messageOf());
    expect(result).toMatchObject({ isSent: false, isPermanent: false });
    expect(mail.mails()).toEqual([]);
  });
});

test("a test goes to every address of a channel, and its true answer comes back and is shown", async () => {
  using folder = temporaryFolder();
  await using mail = await startMail();
  await using receiver = startReceiver();
  using at = openNotifyDesk({ folder: folder.path, clock: { nowMs }, channels: [mail.channel, channelTo(receiver, "slack")] });
  const results = await at.notifications.sendTest("mail");
  expect(results?.map(({ recipient, isSent }) => [recipient, isSent])).toEqual([
    ["ana@srenity.example", true],
    ["boss@srenity.example", true],
  ]);
  expect(mail.mails()[0]!.subject).toBe("[TEST] A test of SREnity's notifications");
  expect(mail.mails()[0]!.text).toContain("Nothing is wrong");
  receiver.answer(() => new Response("invalid_token", { status: 403 }));
  expect(await at.notifications.sendTest("slack")).toEqual([
    { isSent: false, answer: "HTTP 403: invalid_token", isPermanent: false, recipient: "" } satisfies SendResult & { recipient: string },
  ]);
  expect(await at.notifications.sendTest("pager")).toBeNull();
  expect(at.notifications.views()).toEqual([
    { name: "mail", kind: "mail", target: `127.0.0.1:${mail.port}`, lastSentAtMs: nowMs, lastFault: null },
    { name: "slack", kind: "slack", target: expect.stringMatching(/^127\.0\.0\.1:\d+\/…$/), lastSentAtMs: null, lastFault: "HTTP 403: invalid_token" },
  ]);
});

/** A mail server with a certificate that nobody vouches for. */
async function startTlsServer(folder: string): Promise<AsyncDisposable & { port: number }> {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = Bun.spawnSync(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", cert]);
  if (made.exitCode !== 0) throw new Error("openssl made no certificate");
  const server = new SMTPServer({ secure: true, disabledCommands: ["AUTH"], key: readFileSync(key), cert: readFileSync(cert) });
  server.on("error", () => {}); // its client turns away
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, "127.0.0.1", () => resolve((listener.address() as { port: number }).port));
  });
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}
