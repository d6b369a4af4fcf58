import { expect, test } from "bun:test";
import { startMailCatcher } from "../../src/desk/drill/mail-catcher.ts";
import { createMailGate } from "../../src/desk/drill/mail-gate.ts";
import type { Channel } from "../../src/desk/notify/channel.ts";
import { createMailChannel } from "../../src/desk/notify/mail-channel.ts";
import type { Message } from "../../src/desk/notify/message.ts";
import { readSmtpUrl } from "../../src/desk/notify/read-smtp-url.ts";
import { waitUntil } from "../harness/wait-until.ts";

const withinMs = 5_000;
const atOnce = 20;

function messageOf(isDrill: boolean, key = "INC-1/first/0/mail/a@example.org"): Message {
  return {
    key,
    reason: "first",
    isUrgent: true,
    createdAtMs: 0,
    note: null,
    recipient: "oncall@drill.example",
    acknowledgeUrl: null,
    incidentUrl: null,
    alerts: [],
    firingCount: 1,
    alertCount: 1,
    incident: {
      id: 1,
      title: "It burns — brightly",
      severity: "page",
      service: "link-service",
      slo: null,
      state: "open",
      isDrill,
      impactStartedAtMs: 0,
      openedAtMs: 0,
      acknowledgedAtMs: null,
      acknowledgedBy: null,
      resolvedAtMs: null,
    },
  };
}

const mailTo = (port: number): Channel => createMailChannel({ server: readSmtpUrl(`smtp://127.0.0.1:${port}`), from: "desk@example.org" });

test("a machine without a mail server is lent one that takes every mail, many at once, whatever is in it", async () => {
  const catcher = startMailCatcher();
  try {
    const channel = mailTo(catcher.port);
    const results = await Promise.all(
      Array.from({ length: atOnce }, (_, number) => channel.send({ ...messageOf(true, String(number)), note: "a line\r\n.\r\nQUIT\r\n" })),
    );
    expect(results.filter(({ isSent }) => !isSent)).toEqual([]);
    await waitUntil("all are taken", withinMs, () => catcher.subjects().length === atOnce);
    expect(catcher.subjects().every((subject) => subject !== "")).toBe(true);
  } finally {
    catcher.stop();
  }
});

test("the mail server that a drill takes away refuses the drill's mails for now, and takes all others", async () => {
  const catcher = startMailCatcher();
  try {
    const gate = createMailGate();
    const channel = gate.guard(mailTo(catcher.port));
    gate.close();
    expect(await channel.send(messageOf(true))).toEqual({ isSent: false, answer: "451 4.3.0 refused by the drill", isPermanent: false });
    expect(await channel.send(messageOf(false))).toMatchObject({ isSent: true });
    expect(gate.refused).toBe(1);
    gate.open();
    expect(await channel.send(messageOf(true))).toMatchObject({ isSent: true });
    const phone: Channel = { name: "phone", kind: "ntfy", target: "", send: async () => ({ isSent: true, answer: "" }) };
    expect(gate.guard(phone)).toBe(phone);
  } finally {
    catcher.stop();
  }
});
